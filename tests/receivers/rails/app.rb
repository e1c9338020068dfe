# Receives ALO webhooks with Rails: a controller, a route, and Puma, in one file.
require "action_controller"
require "action_dispatch"
require "puma"

SECRET = ENV.fetch("ALOHOOK_SECRET", "")
abort "ALOHOOK_SECRET is not set" if SECRET.empty?

class WebhooksController < ActionController::API
  CHALLENGE_TYPES = %w[webhook_url_verification webhook_url_validation].freeze

  before_action :authenticate

  def create
    event = JSON.parse(request.raw_post)
    return render(plain: "not an event\n", status: :bad_request) unless event.is_a?(Hash)
    return render(json: { challenge: event["challenge"] }) if CHALLENGE_TYPES.include?(event["type"])

    # Handle the event here; unknown types are accepted and ignored.
    render plain: "ok\n"
  rescue JSON::ParserError, EncodingError
    render plain: "not an event\n", status: :bad_request
  end

  private

  def authenticate
    timestamp = request.headers["X-ALO-Request-Timestamp"].to_s
    signature = request.headers["X-ALO-Signature"].to_s
    fresh = timestamp.match?(/\A[0-9]{1,12}\z/) && (Time.now.to_i - timestamp.to_i).abs <= 300
    # raw_post is the body as received; params, or their to_json, wouldn't work.
    mac = OpenSSL::HMAC.digest("SHA256", SECRET, "v0:#{timestamp}:".b + request.raw_post)
    expected = "v0=" + mac.unpack1("H*") # bare hex: mac.unpack1("H*"); base64: [mac].pack("m0")
    return if fresh && ActiveSupport::SecurityUtils.secure_compare(signature, expected)

    render plain: "not authentic\n", status: :forbidden
  end
end

routes = ActionDispatch::Routing::RouteSet.new
routes.draw { post "/", to: WebhooksController.action(:create) }

# Every Rails application has this layer: it responds with 400 to unreadable JSON, which Rails parses first.
app = ActionDispatch::ShowExceptions.new(routes, ActionDispatch::PublicExceptions.new("public"))

server = Puma::Server.new(app)
server.add_tcp_listener("127.0.0.1", Integer(ENV.fetch("PORT", "3000")))
$stdout.puts "listening on http://127.0.0.1:#{server.connected_ports.first}/"
$stdout.flush
server.run.join
