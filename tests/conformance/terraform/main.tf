# One listener that uses all there is: every kind of condition, action and transform. The same listener stands beside this in other languages.
variable "path_priority" {
  type    = number
  default = 10
}

locals {
  load_balancer = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188"
}

resource "aws_lb_target_group" "blue" {
  name = "blue"
}

resource "aws_lb_target_group" "green" {
  name = "green"
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = local.load_balancer
  port              = 443
  protocol          = "HTTPS"

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "not found"
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener_rule" "paths" {
  listener_arn = aws_lb_listener.https.arn
  priority     = var.path_priority

  condition {
    path_pattern {
      values = ["/v2", "/v2/*"]
    }
  }

  condition {
    host_header {
      values = ["api.example.com"]
    }
  }

  condition {
    http_request_method {
      values = ["GET", "HEAD"]
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.blue.arn
  }
}

resource "aws_lb_listener_rule" "headers" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 20

  condition {
    http_header {
      http_header_name = "X-Canary"
      values           = ["true", "yes"]
    }
  }

  condition {
    query_string {
      key   = "version"
      value = "v1"
    }

    query_string {
      value = "*beta*"
    }
  }

  condition {
    source_ip {
      values = ["192.0.2.0/24", "2001:db8::/32"]
    }
  }

  action {
    type = "forward"

    forward {
      target_group {
        arn    = aws_lb_target_group.blue.arn
        weight = 90
      }

      target_group {
        arn    = aws_lb_target_group.green.arn
        weight = 10
      }

      stickiness {
        enabled  = true
        duration = 3600
      }
    }
  }
}

resource "aws_lb_listener_rule" "regexes" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 30

  condition {
    path_pattern {
      regex_values = ["^/api/[a-z]+$"]
    }
  }

  condition {
    host_header {
      regex_values = ["^(.+)\\.example\\.com$"]
    }
  }

  condition {
    http_header {
      http_header_name = "User-Agent"
      regex_values     = [".+Chrome.+"]
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.green.arn
  }

  transform {
    type = "url-rewrite"

    url_rewrite_config {
      rewrite {
        regex   = "^/api/(.*)$"
        replace = "/$1"
      }
    }
  }

  transform {
    type = "host-header-rewrite"

    host_header_rewrite_config {
      rewrite {
        regex   = "^(.+)$"
        replace = "internal.example.com"
      }
    }
  }
}

resource "aws_alb_listener_rule" "moved" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 40

  condition {
    field  = "path-pattern"
    values = ["/old/*"]
  }

  action {
    type = "redirect"

    redirect {
      host        = "www.example.com"
      path        = "/new/#{path}"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_lb_listener_rule" "closed" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 50

  condition {
    host_header {
      values = ["closed.example.com"]
    }
  }

  action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/html"
      message_body = "<p>gone</p>"
      status_code  = "410"
    }
  }
}
