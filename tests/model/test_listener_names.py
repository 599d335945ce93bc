"""The short name that a config has for a listener."""

import pytest

from alb_lint.model import Listener

STATE = 'remote_state(s3, bucket = "shop-infra", key = "{0}").outputs{1}'


@pytest.mark.parametrize(
    ("name", "word"),
    [
        (STATE.format("terraform/experience.tfstate", '.stage["listener_https_arn"]'), "experience.stage.listener_https_arn"),
        (STATE.format("builder/common/terraform.tfstate", ".lb_listener_arn"), "common.lb_listener_arn"),
        ('remote_state(s3, bucket = var.bucket, key = "core/app/terraform.tfstate").outputs.lb_listener_arn', "app.lb_listener_arn"),
        ('dependency("../alb").outputs.https_listener_arn', "alb.https_listener_arn"),
        ("remote_state(s3, bucket = var.bucket).outputs.listener", "state.listener"),
        ("tf/dev:module.front.aws_lb_listener.https", "dev-module.front.aws_lb_listener.https"),
        ("web/50dc6c495c0c9188", "web"),
    ],
)
def test_word(name, word):
    assert Listener(name, name).word == word
