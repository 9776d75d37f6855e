// These packages ship no types; the lab declares the shapes it uses beside each use.
declare module 'oidc-provider';
declare module 'passport-jwt';
