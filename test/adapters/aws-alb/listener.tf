# A session of a week, for everybody who asks, and a token check that asks for no audience.
resource "aws_alb_listener" "web" {
  load_balancer_arn = aws_lb.web.arn
  default_action {
    type = "authenticate-oidc"
    authenticate_oidc {
      issuer                     = "https://id.example.com"
      authorization_endpoint     = "https://id.example.com/authorize"
      token_endpoint             = "https://id.example.com/token"
      user_info_endpoint         = "https://id.example.com/userinfo"
      client_id                  = "web"
      client_secret              = "n8Rw-balancer-2fQx7LzT"
      on_unauthenticated_request = "allow"
    }
  }
}

resource "aws_lb_listener_rule" "api" {
  listener_arn = aws_alb_listener.web.arn
  action {
    type = "jwt-validation"
    jwt_validation {
      issuer        = "https://id.example.com"
      jwks_endpoint = "http://id.example.com/jwks.json"
    }
  }
}

resource "aws_lb_listener_rule" "chosen" {
  listener_arn = aws_alb_listener.web.arn
  action {
    type = "jwt-validation"
    jwt_validation {
      issuer        = var.issuer
      jwks_endpoint = "${var.issuer}/jwks.json"
      additional_claim {
        name   = var.claim
        format = "single-string"
        values = [var.value]
      }
    }
  }
}

resource "aws_lb_listener_rule" "secret" {
  listener_arn = aws_alb_listener.web.arn
  action {
    type = "authenticate-oidc"
    authenticate_oidc {
      issuer          = var.issuer
      client_secret   = data.aws_secretsmanager_secret_version.oidc.secret_string
      session_timeout = var.timeout
    }
  }
}
