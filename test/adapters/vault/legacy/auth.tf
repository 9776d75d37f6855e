resource "vault_jwt_auth_backend" "jwt" {
  jwks_url = "http://id.example.com/jwks.json"
}

# Leeway was to be switched off, and nothing ends the Vault token before 32 days.
resource "vault_jwt_auth_backend_role" "app" {
  role_name         = "app"
  role_type         = "jwt"
  user_claim        = "sub"
  bound_claims      = { team = "orders" }
  clock_skew_leeway = 0
  expiration_leeway = 0
  token_policies    = ["default", "orders"]
}

resource "vault_jwt_auth_backend_role" "agent" {
  backend           = vault_jwt_auth_backend.jwt.path
  role_name         = "agent"
  role_type         = "jwt"
  user_claim        = "sub"
  bound_audiences   = ["vault", "agents"]
  clock_skew_leeway = 600
  token_period      = 3600
}

resource "vault_jwt_auth_backend" "people" {
  path               = "oidc"
  type               = "oidc"
  oidc_discovery_url = "https://id.example.com/realms/people"
  oidc_client_id     = "vault"
  oidc_client_secret = "kQ4v9Lw2-people-secret"
  default_role       = "people"
}

resource "vault_jwt_auth_backend_role" "people" {
  backend               = vault_jwt_auth_backend.people.path
  role_name             = "people"
  user_claim            = "email"
  allowed_redirect_uris = ["http://localhost:8250/oidc/callback"]
  token_ttl             = 3600
}

# Keys that only a change of this file replaces.
resource "vault_jwt_auth_backend" "partner" {
  path         = "partner"
  bound_issuer = "https://partner.example.com"
  jwks_url     = ""
  jwt_validation_pubkeys = [<<-PEM
    -----BEGIN PUBLIC KEY-----
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEtVxTf2qpKZ8sI3lWvQA9yfH1tI/g
    Sy89C8TFjNRh0pS/amfzAbu91zSurW/7J0TW4ShcWdcy3Q3M/iL9ascTCA==
    -----END PUBLIC KEY-----
    PEM
  ]
}

resource "vault_jwt_auth_backend_role" "partner" {
  backend         = vault_jwt_auth_backend.partner.path
  role_name       = "partner"
  role_type       = "jwt"
  user_claim      = "sub"
  bound_audiences = ["vault"]
  token_max_ttl   = 86400
  token_period    = 600
  token_explicit_max_ttl = 7200
}
