import * as aws from "@pulumi/aws";

const blue = new aws.lb.TargetGroup("blue", { name: "blue" });
const green = new aws.lb.TargetGroup("green", { name: "green" });
const https = new aws.lb.Listener("https", {
  loadBalancerArn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188",
  port: 443,
  protocol: "HTTPS",
  defaultActions: [{ type: "fixed-response", fixedResponse: { statusCode: "404", contentType: "text/plain", messageBody: "not found" } }],
});

new aws.lb.ListenerRule("paths", {
  listenerArn: https.arn,
  priority: 10,
  conditions: [
    { pathPattern: { values: ["/v2", "/v2/*"] } },
    { hostHeader: { values: ["api.example.com"] } },
    { httpRequestMethod: { values: ["GET", "HEAD"] } },
  ],
  actions: [{ type: "forward", targetGroupArn: blue.arn }],
});

new aws.lb.ListenerRule("headers", {
  listenerArn: https.arn,
  priority: 20,
  conditions: [
    { httpHeader: { httpHeaderName: "X-Canary", values: ["true", "yes"] } },
    { queryStrings: [{ key: "version", value: "v1" }, { value: "*beta*" }] },
    { sourceIp: { values: ["192.0.2.0/24", "2001:db8::/32"] } },
  ],
  actions: [
    {
      type: "forward",
      forward: {
        targetGroups: [
          { arn: blue.arn, weight: 90 },
          { arn: green.arn, weight: 10 },
        ],
        stickiness: { enabled: true, duration: 3600 },
      },
    },
  ],
});

new aws.lb.ListenerRule("regexes", {
  listenerArn: https.arn,
  priority: 30,
  conditions: [
    { pathPattern: { regexValues: ["^/api/[a-z]+$"] } },
    { hostHeader: { regexValues: ["^(.+)\\.example\\.com$"] } },
    { httpHeader: { httpHeaderName: "User-Agent", regexValues: [".+Chrome.+"] } },
  ],
  actions: [{ type: "forward", targetGroupArn: green.arn }],
  transforms: [
    { type: "url-rewrite", urlRewriteConfig: { rewrite: { regex: "^/api/(.*)$", replace: "/$1" } } },
    { type: "host-header-rewrite", hostHeaderRewriteConfig: { rewrite: { regex: "^(.+)$", replace: "internal.example.com" } } },
  ],
});

new aws.lb.ListenerRule("moved", {
  listenerArn: https.arn,
  priority: 40,
  conditions: [{ pathPattern: { values: ["/old/*"] } }],
  actions: [{ type: "redirect", redirect: { protocol: "HTTPS", host: "www.example.com", path: "/new/#{path}", statusCode: "HTTP_301" } }],
});

new aws.lb.ListenerRule("closed", {
  listenerArn: https.arn,
  priority: 50,
  conditions: [{ hostHeader: { values: ["closed.example.com"] } }],
  actions: [{ type: "fixed-response", fixedResponse: { statusCode: "410", contentType: "text/html", messageBody: "<p>gone</p>" } }],
});
