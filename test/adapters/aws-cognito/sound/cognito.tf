# Tokens of the parcel shop: short access tokens, rotating refresh tokens.
resource "aws_cognito_user_pool" "shop" {
  name                = "parcel-shop"
  username_attributes = ["email"]
  mfa_configuration   = "ON"

  software_token_mfa_configuration {
    enabled = true
  }

  schema {
    name                = "email"
    attribute_data_type = "String"
    required            = true
  }
  schema {
    name                = "depot"
    attribute_data_type = "String"
  }

  admin_create_user_config {
    invite_message_template {
      email_subject = "Your account"
      email_message = <<-EOT
        Hello {username}, your first password is {####}.
      EOT
      sms_message   = "{username} {####}"
    }
  }
}

resource "aws_cognito_user_pool_client" "web" {
  name            = "web"
  user_pool_id    = aws_cognito_user_pool.shop.id
  generate_secret = false

  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["code"]
  allowed_oauth_scopes                 = ["openid", "email"]
  callback_urls                        = ["https://shop.example.com/callback"]
  explicit_auth_flows                  = ["ALLOW_USER_SRP_AUTH"]

  access_token_validity  = 15
  id_token_validity      = 15
  refresh_token_validity = 12
  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "hours"
  }

  refresh_token_rotation {
    feature                    = "ENABLED"
    retry_grace_period_seconds = 10
  }
  enable_token_revocation       = true
  prevent_user_existence_errors = "ENABLED"
}

# Machines have no refresh tokens, so that rotation is no matter of theirs.
resource "aws_cognito_user_pool_client" "importer" {
  name                                 = "importer"
  user_pool_id                         = aws_cognito_user_pool.shop.id
  generate_secret                      = true
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["client_credentials"]
  allowed_oauth_scopes                 = ["parcels/import"]
  access_token_validity                = 1
}
