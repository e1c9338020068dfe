<?php
// For PHP's own server: php -S 127.0.0.1:PORT receiver.php
$secret = getenv('ALOHOOK_SECRET');
$encoding = getenv('ALO_ENCODING') ?: 'v0';
$body = file_get_contents('php://input');
$timestamp = $_SERVER['HTTP_X_ALO_REQUEST_TIMESTAMP'] ?? '';
$signature = $_SERVER['HTTP_X_ALO_SIGNATURE'] ?? '';

function finish(int $status, string $type, string $text): never
{
    http_response_code($status);
    header("Content-Type: $type");
    echo $text;
    exit;
}

if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    finish(405, 'text/plain', "only POST\n");
}
$mac = hash_hmac('sha256', "v0:$timestamp:$body", $secret, true);
$expected = $encoding === 'base64' ? base64_encode($mac) : ($encoding === 'v0' ? 'v0=' : '') . bin2hex($mac);
if (!preg_match('/^[0-9]{1,12}$/D', $timestamp) || abs(time() - (int) $timestamp) > 300 || !hash_equals($expected, $signature)) {
    finish(403, 'text/plain', "not authentic\n");
}
$event = json_decode($body);
if (!is_object($event)) {
    finish(400, 'text/plain', "not an event\n");
}
if (in_array($event->type ?? '', ['webhook_url_verification', 'webhook_url_validation'], true)) {
    finish(200, 'application/json', json_encode(['challenge' => $event->challenge ?? null]));
}
finish(200, 'text/plain', "ok\n");
