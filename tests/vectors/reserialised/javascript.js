// Re-serialises each of inputs.json with JSON.stringify: `style<TAB>input<TAB>hex` a line.
const inputs = JSON.parse(require("fs").readFileSync(process.argv[2], "utf8"));
const print = (style, name, text) => console.log([style, name, Buffer.from(text).toString("hex")].join("\t"));

// Rebuilt with its keys in order, as most people sort: integer-like keys come first all the same.
const sorted = (v) => Array.isArray(v) ? v.map(sorted) : v && typeof v === "object"
  ? Object.fromEntries(Object.keys(v).sort().map((k) => [k, sorted(v[k])])) : v;
// As json-stable-stringify and RFC 8785 (canonical JSON) write it.
const stable = (v) => Array.isArray(v) ? "[" + v.map(stable).join(",") + "]" : v && typeof v === "object"
  ? "{" + Object.keys(v).sort().map((k) => JSON.stringify(k) + ":" + stable(v[k])).join(",") + "}" : JSON.stringify(v);
const escaped = (text, pattern, write) => text.replace(pattern, (c) => write("\\u" + c.charCodeAt(0).toString(16).padStart(4, "0")));

for (const [name, text] of inputs) {
  const value = JSON.parse(text);
  print("js", name, JSON.stringify(value));
  print("js-indent-2", name, JSON.stringify(value, null, 2));
  print("js-indent-4", name, JSON.stringify(value, null, 4));
  print("js-tab", name, JSON.stringify(value, null, "\t"));
  print("js-sorted", name, JSON.stringify(sorted(value)));
  print("js-stable", name, stable(value));
  print("js-html", name, escaped(JSON.stringify(value), /[<>&\u2028\u2029]/g, (e) => e));
  print("js-serialize", name, escaped(JSON.stringify(value), /[<>\/\u2028\u2029]/g, (e) => "\\u" + e.slice(2).toUpperCase()));
  print("js-double", name, JSON.stringify(text));
  print("js-buffer", name, JSON.stringify(Buffer.from(text)));
}
