# Some routes have no authorizer, one takes tokens out of the address.
resource "aws_apigatewayv2_authorizer" "partner" {
  api_id           = var.api_id
  name             = "partner"
  authorizer_type  = "JWT"
  identity_sources = ["$request.querystring.token"]
  jwt_configuration {
    issuer   = "https://login.partner.example.com/"
    audience = ["parcels", "parcels-legacy"]
  }
  authorizer_result_ttl_in_seconds = 600
}

resource "aws_apigatewayv2_authorizer" "function" {
  api_id                            = var.api_id
  name                              = "function"
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = aws_lambda_function.guard.invoke_arn
  authorizer_payload_format_version = "2.0"
}

resource "aws_apigatewayv2_authorizer" "chosen" {
  api_id          = var.api_id
  name            = "chosen"
  authorizer_type = var.authorizer_type
}

resource "aws_apigatewayv2_route" "orders" {
  api_id             = var.api_id
  route_key          = "ANY /orders/{proxy+}"
  authorization_type = "JWT"
  authorizer_id      = aws_apigatewayv2_authorizer.partner.id
}

resource "aws_apigatewayv2_route" "invoices" {
  api_id    = var.api_id
  route_key = "GET /invoices"
}

resource "aws_apigatewayv2_route" "rest" {
  api_id             = var.api_id
  route_key          = "$default"
  authorization_type = "NONE"
}

resource "aws_apigatewayv2_route" "internal" {
  api_id             = var.api_id
  route_key          = "POST /internal"
  authorization_type = "AWS_IAM"
}

resource "aws_apigatewayv2_route" "each" {
  for_each           = var.routes
  api_id             = var.api_id
  route_key          = each.key
  authorization_type = each.value.public ? "NONE" : "CUSTOM"
  authorizer_id      = aws_apigatewayv2_authorizer.function.id
}

resource "aws_apigatewayv2_route" "connect" {
  api_id    = aws_apigatewayv2_api.socket.id
  route_key = "$connect"
}
