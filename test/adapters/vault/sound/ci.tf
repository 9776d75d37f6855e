# Pipelines log in with the token of their job and get a Vault token for a quarter of an hour.
resource "vault_jwt_auth_backend" "pipelines" {
  description        = "jobs of the pipeline"
  path               = "ci"
  type               = "jwt"
  oidc_discovery_url = "https://git.example.com"
  bound_issuer       = "https://git.example.com"
  jwt_supported_algs = ["ES256"]

  tune {
    default_lease_ttl = "10m"
    max_lease_ttl     = "1h"
    token_type        = "default-service"
  }
}

resource "vault_jwt_auth_backend_role" "deploy" {
  backend         = vault_jwt_auth_backend.pipelines.path
  role_name       = "deploy"
  role_type       = "jwt"
  user_claim      = "project_path"
  bound_audiences = ["vault"]
  bound_claims = {
    project_path = "parcels/backend"
    ref          = "main"
  }
  clock_skew_leeway = -1
  token_policies    = ["deploy"]
  token_ttl         = 300
  token_max_ttl     = 900
}

# The mount bounds what the role leaves open; batch tokens end by themselves.
resource "vault_jwt_auth_backend_role" "read" {
  backend         = "ci"
  role_name       = "read"
  role_type       = "jwt"
  user_claim      = "sub"
  bound_audiences = ["vault"]
}

resource "vault_jwt_auth_backend_role" "batch" {
  backend         = "/ci/"
  role_name       = "batch"
  role_type       = "jwt"
  user_claim      = "sub"
  bound_audiences = ["vault"]
  token_type      = "batch"
  token_ttl       = 600
}
