// Re-serialises each of inputs.json with JSON.stringify: `style<TAB>input<TAB>hex` a line.
const inputs = JSON.parse(require("fs").readFileSync(process.argv[2], "utf8"));
const print = (style, name, text) => console.log([style, name, Buffer.from(text).toString("hex")].join("\t"));
for (const [name, text] of inputs) {
  const value = JSON.parse(text);
  print("js", name, JSON.stringify(value));
  print("js-indent-2", name, JSON.stringify(value, null, 2));
  print("js-indent-4", name, JSON.stringify(value, null, 4));
  print("js-tab", name, JSON.stringify(value, null, "\t"));
  print("js-double", name, JSON.stringify(text));
  print("js-buffer", name, JSON.stringify(Buffer.from(text)));
}
