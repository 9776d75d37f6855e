resource "aws_api_gateway_rest_api" "ledger" {
  name = "ledger"
}

resource "aws_api_gateway_authorizer" "pool" {
  name          = "pool"
  rest_api_id   = aws_api_gateway_rest_api.ledger.id
  type          = "COGNITO_USER_POOLS"
  provider_arns = [aws_cognito_user_pool.ledger.arn]
}

# The answer of the function is kept for five minutes, as nothing else is written.
resource "aws_api_gateway_authorizer" "function" {
  name           = "function"
  rest_api_id    = aws_api_gateway_rest_api.ledger.id
  authorizer_uri = aws_lambda_function.guard.invoke_arn
}

resource "aws_api_gateway_authorizer" "patient" {
  name                             = "patient"
  rest_api_id                      = aws_api_gateway_rest_api.ledger.id
  type                             = "REQUEST"
  authorizer_uri                   = aws_lambda_function.guard.invoke_arn
  authorizer_result_ttl_in_seconds = 86400
}

resource "aws_api_gateway_resource" "accounts" {
  rest_api_id = aws_api_gateway_rest_api.ledger.id
  parent_id   = aws_api_gateway_rest_api.ledger.root_resource_id
  path_part   = "accounts"
}

resource "aws_api_gateway_resource" "account" {
  rest_api_id = aws_api_gateway_rest_api.ledger.id
  parent_id   = aws_api_gateway_resource.accounts.id
  path_part   = "{id}"
}

resource "aws_api_gateway_method" "list" {
  rest_api_id   = aws_api_gateway_rest_api.ledger.id
  resource_id   = aws_api_gateway_resource.accounts.id
  http_method   = "GET"
  authorization = "NONE"
}

resource "aws_api_gateway_method" "show" {
  rest_api_id   = aws_api_gateway_rest_api.ledger.id
  resource_id   = aws_api_gateway_resource.account.id
  http_method   = "GET"
  authorization = "COGNITO_USER_POOLS"
  authorizer_id = aws_api_gateway_authorizer.pool.id
}

resource "aws_api_gateway_method" "elsewhere" {
  rest_api_id   = aws_api_gateway_rest_api.ledger.id
  resource_id   = var.resource_id
  http_method   = "ANY"
  authorization = "CUSTOM"
  authorizer_id = aws_api_gateway_authorizer.function.id
}
