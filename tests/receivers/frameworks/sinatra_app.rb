require "base64"
require "json"
require "openssl"
require "sinatra"
require "socket"

set :port, Integer(ENV.fetch("PORT", "0")).then { |port| port.zero? ? TCPServer.open("127.0.0.1", 0) { |s| s.addr[1] } : port }
set :bind, "127.0.0.1"
set :environment, :production
set :show_exceptions, false
set :logging, false

def authentic?(timestamp, signature, body)
  return false unless timestamp.match?(/\A[0-9]{1,12}\z/) && (Time.now.to_i - timestamp.to_i).abs <= 300

  mac = OpenSSL::HMAC.digest("SHA256", ENV.fetch("ALOHOOK_SECRET"), "v0:#{timestamp}:".b + body.b)
  hex = mac.unpack1("H*")
  expected = { "hex" => hex, "base64" => Base64.strict_encode64(mac) }.fetch(ENV.fetch("ALO_ENCODING", "v0"), "v0=#{hex}")
  Rack::Utils.secure_compare(expected, signature.b)
end

post "/" do
  content_type "text/plain"
  body = request.body.read
  halt 403, "not authentic\n" unless authentic?(request.env["HTTP_X_ALO_REQUEST_TIMESTAMP"].to_s, request.env["HTTP_X_ALO_SIGNATURE"].to_s, body)
  event = begin
    JSON.parse(body.force_encoding("UTF-8"))
  rescue StandardError
    nil
  end
  halt 400, "not an event\n" unless event.is_a?(Hash)
  next "ok\n" unless %w[webhook_url_verification webhook_url_validation].include?(event["type"])

  content_type :json
  { challenge: event["challenge"] }.to_json
end

puts "listening on http://127.0.0.1:#{settings.port}/"
$stdout.flush
