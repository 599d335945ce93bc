// Programs on standard input, as {"modules": folder of node_modules, "programs": [{"id", "files": {name: text}, "main", "stack", "config", "outputs": of other stacks}]};
// the rules that each registers on standard output, one JSON object a line. No network: resources go to mocks.
"use strict";
const fs = require("fs");
const os = require("os");
const path = require("path");
const Module = require("module");

const given = JSON.parse(fs.readFileSync(0, "utf8"));
const from = Module.createRequire(path.join(given.modules, "x.js"));
const pulumi = from("@pulumi/pulumi");
const ts = from("typescript");

// The generated SDK in small: a class for each resource, which copies its arguments one level deep as the real one does.
function resourceClass(type, outputs) {
  return class extends pulumi.CustomResource {
    constructor(name, args, opts) {
      const inputs = {};
      for (const key of Object.keys(args ?? {})) inputs[key] = args[key];
      for (const key of outputs) inputs[key] = inputs[key] ?? undefined;
      super(type, name, inputs, opts);
    }
    static get(name, id, state, opts) {
      return new this(name, state, { ...opts, id });
    }
  };
}
const lb = {
  Listener: resourceClass("aws:lb/listener:Listener", ["arn"]),
  ListenerRule: resourceClass("aws:lb/listenerRule:ListenerRule", ["arn"]),
  LoadBalancer: resourceClass("aws:lb/loadBalancer:LoadBalancer", ["arn", "dnsName"]),
  TargetGroup: resourceClass("aws:lb/targetGroup:TargetGroup", ["arn"]),
};
const s3 = { Bucket: resourceClass("aws:s3/bucket:Bucket", ["arn", "bucket"]) };
// any other resource there may be: what the rules take from one is its ARN or its name
const others = (known, module) =>
  new Proxy(known, {
    get: (held, name) => (typeof name === "string" && !(name in held) ? resourceClass(`aws:${module}/x:${name}`, ["arn", "name"]) : held[name]),
  });
const aws = new Proxy(
  { lb: others(lb, "lb"), alb: others(lb, "lb"), s3: others(s3, "s3") },
  { get: (held, name) => held[name] ?? (held[name] = others({}, String(name))) },
);
// awsx in small: components that hand on what they made
class Component extends pulumi.ComponentResource {
  constructor(type, name, opts) {
    super(type, name, {}, opts);
  }
}
const awsx = {
  ec2: {
    Vpc: class extends Component {
      constructor(name, args, opts) {
        super("awsx:ec2:Vpc", name, opts);
        this.vpcId = pulumi.output("vpc");
        this.publicSubnetIds = pulumi.output(["subnet"]);
      }
    },
  },
  lb: {
    ApplicationLoadBalancer: class extends Component {
      constructor(name, args, opts) {
        super("awsx:lb:ApplicationLoadBalancer", name, opts);
        this.loadBalancer = new lb.LoadBalancer(name, {}, { parent: this });
      }
      createListener(name, args, opts) {
        return new lb.Listener(name, args, { parent: this, ...opts });
      }
    },
  },
};

const found = Module._load;
Module._load = function (request, parent, main) {
  if (request === "@pulumi/aws") return aws;
  if (request === "@pulumi/awsx") return awsx;
  if (request === "@pulumi/pulumi") return pulumi;
  return found.call(this, request, parent, main);
};

async function run(program, folder) {
  const rules = [];
  for (const [name, text] of Object.entries(program.files)) {
    const target = path.join(folder, name.replace(/\.ts$/, ".js"));
    fs.mkdirSync(path.dirname(target), { recursive: true });
    const options = { module: "commonjs", target: "es2020", esModuleInterop: true, useDefineForClassFields: false };
    fs.writeFileSync(target, name.endsWith(".ts") ? ts.transpileModule(text, { compilerOptions: options }).outputText : text);
  }
  pulumi.runtime.setMocks(
    {
      newResource(args) {
        if (args.type === "aws:lb/listenerRule:ListenerRule") rules.push({ name: args.name, inputs: args.inputs });
        const arn = `arn:${args.type}:${args.name}`;
        const outputs = args.type === "pulumi:pulumi:StackReference" ? { outputs: program.outputs ?? {} } : {};
        return { id: arn, state: { ...args.inputs, ...outputs, arn } };
      },
      call: (args) => args.inputs,
    },
    "project",
    program.stack ?? "stack",
    false,
  );
  pulumi.runtime.setAllConfig(program.config ?? {});
  let error = "";
  const note = (reason) => { error = error || String((reason && reason.stack) || reason); };
  process.on("unhandledRejection", note);
  process.on("uncaughtException", note);
  try {
    const exported = require(path.join(folder, program.main ?? "index.js"));
    if (typeof exported === "function") await exported();
    if (exported && typeof exported.default === "function") await exported.default();
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    await pulumi.runtime.disconnect();
  } catch (thrown) {
    note(thrown);
  }
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", note);
  process.off("uncaughtException", note);
  return { id: program.id, rules, error };
}

(async () => {
  for (const program of given.programs) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pulumi-judge-"));
    const answer = await run(program, folder);
    fs.rmSync(folder, { recursive: true, force: true });
    fs.writeSync(1, JSON.stringify(answer) + "\n");
  }
  process.exit(0);
})();
