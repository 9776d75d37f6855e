resource "aws_cognito_user_pool" "members" {
  name = "members"
}

// Validity without units: 60 was meant as minutes, 3600 as seconds.
resource "aws_cognito_user_pool_client" "spa" {
  name                                 = "spa"
  user_pool_id                         = "${aws_cognito_user_pool.members.id}"
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["code", "implicit"]
  allowed_oauth_scopes                 = ["openid"]
  callback_urls = [
    "https://*.members.example.com/callback",
    "http://localhost:3000/callback",
  ]
  access_token_validity  = 60
  refresh_token_validity = 3600
}

/* No validity at all, and the password passes through the application. */
resource "aws_cognito_user_pool_client" "phone" {
  name         = "phone"
  user_pool_id = aws_cognito_user_pool.members.id
  explicit_auth_flows = [
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
  ]
  allowed_oauth_flows     = ["implicit"]
  enable_token_revocation = false
}

resource "aws_cognito_user_pool" "staff" {
  name = "staff"
}

resource "aws_cognito_user_pool_client" "desk" {
  name                   = "desk"
  user_pool_id           = aws_cognito_user_pool.staff.id
  explicit_auth_flows    = ["USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"]
  access_token_validity  = 1
  refresh_token_validity = 10
  id_token_validity      = 1
  token_validity_units {
    access_token = "days"
    id_token     = "days"
  }
}
