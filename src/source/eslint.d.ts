// The declarations of toml-eslint-parser name this package, which it does not need to run and which is not installed.
declare module 'eslint' {
  export namespace SourceCode {
    type VisitorKeys = Readonly<Record<string, readonly string[]>>;
  }
}
