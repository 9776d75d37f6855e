# A module: the auth method stands elsewhere, and most values come from variables.
resource "vault_jwt_auth_backend_role" "each" {
  for_each = var.roles

  backend         = var.backend
  role_name       = each.key
  role_type       = "jwt"
  user_claim      = "sub"
  bound_audiences = each.value.audiences
  token_max_ttl   = each.value.max_ttl
  dynamic "bound_claims" {
    for_each = each.value.claims
    content {}
  }
}

resource "vault_jwt_auth_backend" "this" {
  path               = var.path
  oidc_discovery_url = "https://${var.issuer_host}"
  bound_issuer       = "https://${var.issuer_host}"
  oidc_client_secret = var.client_secret
}

resource "vault_jwt_auth_backend_role" "this" {
  count           = length(var.names)
  backend         = vault_jwt_auth_backend.this.path
  role_name       = var.names[count.index]
  role_type       = "jwt"
  user_claim      = "sub"
  bound_audiences = [var.audience]
  token_ttl       = var.ttl
  token_type      = var.token_type
}

resource "vault_generic_endpoint" "config" {
  path = "auth/edge/config"
  data_json = jsonencode({
    oidc_discovery_url = "https://edge.example.com/"
    bound_issuer       = "https://edge.example.com/"
  })
}

resource "vault_generic_endpoint" "role" {
  path = "auth/edge/role/reader"
  data_json = jsonencode({
    role_type       = "jwt"
    user_claim      = "sub"
    bound_audiences = "vault,edge"
    token_max_ttl   = "30m"
  })
}

resource "vault_generic_endpoint" "user" {
  path      = "auth/userpass/users/root"
  data_json = jsonencode({ policies = ["root"] })
}
