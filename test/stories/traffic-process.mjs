// Presents a token to verifiers until it is told to stop, one request after the other, and says what each answered.
// A process of its own: nothing in the test can wait for it or forget to send.
const [interval, ...urls] = process.argv.slice(2);
let token = '';
const stopping = new AbortController();
process.on('message', (message) => {
  if (message === 'stop') stopping.abort();
  else token = message;
});
process.on('disconnect', () => process.exit(0));
while (!stopping.signal.aborted) {
  for (const url of urls) {
    if (token === '') continue;
    const sent = Date.now();
    const status = await fetch(url, { headers: { authorization: `Bearer ${token}` }, keepalive: false }).then(
      (answer) => answer.body?.cancel().then(() => answer.status) ?? answer.status,
      () => 0,
    );
    process.send({ url, sent, received: Date.now(), status });
  }
  await new Promise((done) => setTimeout(done, Number(interval)));
}
process.exit(0);
