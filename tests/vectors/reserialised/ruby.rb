# Re-serialises each of inputs.json with Ruby's json, ActiveSupport and inspect: `style<TAB>input<TAB>hex` a line.
require "json"

def show(style, name)
  puts [style, name, yield.b.unpack1("H*")].join("\t")
rescue JSON::ParserError, JSON::GeneratorError
  nil # a lone surrogate, or not a number
end

inputs = JSON.parse(File.read(ARGV[0], encoding: "UTF-8"))
inputs.each do |name, text|
  show("ruby", name) { JSON.generate(JSON.parse(text)) }
  show("ruby-pretty", name) { JSON.pretty_generate(JSON.parse(text)) }
  show("ruby-ascii", name) { JSON.generate(JSON.parse(text), ascii_only: true) }
  show("ruby-inspect", name) { JSON.parse(text).inspect }
end

require "active_support"
require "active_support/json"
inputs.each do |name, text|
  show("rails", name) { JSON.parse(text).to_json }
end
