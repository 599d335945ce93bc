"""What makes listener rules and is not read is never passed over in silence."""

import pytest

from running import export, process, raw

PULUMI = "name: shop\nruntime: {}\n"
INGRESS = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: cart\nspec:\n  ingressClassName: {}\n"
SERVERLESS = (
    "service: shop\nfunctions:\n  cart:\n    events:\n      - {}: {{ listenerArn: x, priority: 100, conditions: {{ path: /cart/* }} }}\n"
)
FRONT = """resources:
  Resources:
    Front:
      Type: AWS::ElasticLoadBalancingV2::Listener
      Properties:
        DefaultActions:
          - Type: forward
"""
PART = "{}\nApiRule:\n  Type: AWS::ElasticLoadBalancingV2::ListenerRule\n  Properties: {{}}\n"
CDKTF = 'import {{ LbListenerRule }} from "@cdktf/provider-aws/lib/{}";\nnew LbListenerRule(this, "cart", {{ priority: 100 }});\n'


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"Pulumi.yaml": PULUMI.format("python"), "__main__.py": 'aws.lb.ListenerRule("a")'}, "a Pulumi program in Python"),
        ({"Pulumi.yaml": "runtime:\n  name: go\n", "a/b.go": "lb.NewListenerRule(ctx)"}, "a Pulumi program in Go"),
        ({"Pulumi.yaml": "runtime: { name: dotnet }\n", "Program.cs": "new Aws.LB.ListenerRule()"}, "a Pulumi program in C#"),
        ({"Pulumi.yaml": PULUMI.format("java"), "App.java": "new ListenerRule()"}, "a Pulumi program in Java"),
        ({"Pulumi.yaml": PULUMI.format("python"), "__main__.py": "aws.s3.Bucket()"}, ""),
        ({"Pulumi.yaml": PULUMI.format("nodejs"), "__main__.py": 'aws.lb.ListenerRule("a")'}, ""),
        ({"__main__.py": 'aws.lb.ListenerRule("a")'}, ""),
        ({"ingress.yaml": INGRESS.format("alb")}, "an Ingress"),
        ({"ingress.yaml": INGRESS.format("nginx")}, ""),
        ({"serverless.yml": SERVERLESS.format("alb")}, "a Serverless Framework service"),
        ({"serverless.yml": SERVERLESS.format("http")}, ""),
        ({"serverless.yml": SERVERLESS.format("alb") + FRONT}, "serverless package"),
        ({"serverless.yml": SERVERLESS.format("alb") + FRONT.replace("- Type", "-\tType")}, "a tab where only spaces may stand"),
        ({"serverless.yml": SERVERLESS.format("http") + FRONT}, ""),
        ({"copilot/api/manifest.yml": "name: api\ntype: Load Balanced Web Service\n"}, "a Copilot manifest"),
        ({"copilot/job/manifest.yml": "name: job\ntype: Scheduled Job\n"}, ""),
        ({"live/terragrunt.stack.hcl": 'unit "orders" {\n  values = { listener_arn = "x" }\n}\n'}, "a Terragrunt stack"),
        ({"live/terragrunt.stack.hcl": 'unit "orders" {\n  values = { alb_port = 80 }\n}\n'}, "a Terragrunt stack"),
        ({"live/terragrunt.stack.hcl": 'stack "orders" {\n  values = { alb_port = 80 }\n}\n'}, "a Terragrunt stack"),
        ({"live/terragrunt.stack.hcl": 'unit "orders" {\n  values = { bucket = "x" }\n}\n'}, ""),
        ({"partials/rule.yml": PART.format("{{- if .Alias}}")}, "a part of a CloudFormation template"),
        ({"rule.yaml": PART.format("").replace("Type:", '"Type":')}, "a part of a CloudFormation template"),
        ({"notes.yml": "text: rules are of Type AWS::ElasticLoadBalancingV2::ListenerRule\n"}, ""),
        ({"rule.yml": PART.format("").replace("ListenerRule", "Listener")}, ""),
        ({"main.ts": CDKTF.format("lb-listener-rule")}, "a CDK for Terraform program"),
        (
            {"main.ts": CDKTF.format("").replace("@cdktf/provider-aws/lib/", "../.gen/providers/aws/lb-listener-rule")},
            "a CDK for Terraform",
        ),
        ({"all.json.tmpl": '{{ . }}\n{"Resources": {"A": {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule"}}}'}, "render the template"),
        ({"service.json.tmpl": '{"Type": "AWS::ElasticLoadBalancingV2::ListenerRule", {{ . }}}'}, "that another tool fills in"),
        ({"rules.tf.j2": 'resource "aws_lb_listener_rule" "{{ name }}" {}\n'}, "that another tool fills in"),
        ({"service.yml.erb": "Type: AWS::ElasticLoadBalancingV2::Listener\n"}, ""),
        ({"main.ts": 'import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";\n'}, ""),
    ],
)
def test_gap(tmp_path, files, told):
    (tmp_path / "rules.json").write_text(export(raw(10, "/a")))
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    ran = process("check", ".", "-f", "json", cwd=tmp_path)
    gaps = [gap["reason"] for gap in ran.json["gaps"]]
    assert [told in gap for gap in gaps] == ([True] if told else [])
    assert process("check", ".", "--require-complete", cwd=tmp_path).code == (4 if told else 0)


def test_many_are_told_as_one(tmp_path):
    (tmp_path / "rules.json").write_text(export(raw(10, "/a")))
    for number in range(9):
        (tmp_path / f"{number}.yaml").write_text(INGRESS.format("alb"))
    (gap,) = process("check", ".", "-f", "json", cwd=tmp_path).json["gaps"]
    assert gap["location"]["file"] == "0.yaml"
    assert "9 files like this one" in gap["reason"]


def test_alone(tmp_path):
    (tmp_path / "main.go").write_text("lb.NewListenerRule(ctx)")
    ran = process("check", "main.go", cwd=tmp_path)
    assert ran.code == 3
    assert "pulumi preview --json" in ran.err
