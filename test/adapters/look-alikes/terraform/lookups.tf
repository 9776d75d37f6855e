# Nothing here makes a user pool, an authorizer or an auth method: they are only looked up and spoken of.
data "aws_cognito_user_pools" "shop" {
  name = "shop"
}

data "aws_apigatewayv2_api" "shop" {
  api_id = var.api_id
}

data "vault_generic_secret" "jwt" {
  path = "secret/jwt"
}

resource "aws_ssm_parameter" "note" {
  name  = "/shop/pool"
  type  = "String"
  value = <<-EOT
    resource "aws_cognito_user_pool" "shop" {}
    AWS::Cognito::UserPool, AWS::ApiGatewayV2::Authorizer, vault_jwt_auth_backend
  EOT
}

output "pools" {
  value = data.aws_cognito_user_pools.shop.ids
}
