variable "clients" {
  type    = map(object({ minutes = number, callbacks = list(string) }))
  default = {}
}

locals {
  names = [for name, client in var.clients : "${name}-client" if client.minutes > 0]
}

resource "aws_cognito_user_pool_client" "each" {
  for_each = var.clients

  name                  = each.key
  user_pool_id          = var.user_pool_id
  callback_urls         = each.value.callbacks
  explicit_auth_flows   = concat(["ALLOW_REFRESH_TOKEN_AUTH"], var.more_flows)
  access_token_validity = each.value.minutes
  id_token_validity     = 5

  dynamic "token_validity_units" {
    for_each = var.units[*]
    content {
      access_token = token_validity_units.value
      id_token     = token_validity_units.value
    }
  }
  dynamic "refresh_token_rotation" {
    for_each = var.rotates ? [1] : []
    content {
      feature = "ENABLED"
    }
  }
  enable_token_revocation = var.revocable
}

# Of a pool that is named by its id, and of one in another file of the module.
resource "aws_cognito_user_pool_client" "partner" {
  name                  = "partner"
  user_pool_id          = "eu-central-1_Ab12Cd34E"
  access_token_validity = 2
  refresh_token_rotation {
    feature = "DISABLED"
  }
}

resource "aws_cognito_user_pool_client" "kiosk" {
  count        = var.kiosk ? 1 : 0
  name         = "kiosk"
  user_pool_id = aws_cognito_user_pool.elsewhere[0].id
}
