<?php
// Re-serialises each of inputs.json with json_encode: `style<TAB>input<TAB>hex` a line.
ini_set('serialize_precision', '-1');
$styles = [
    'php' => 0,
    'php-slashes' => JSON_UNESCAPED_SLASHES,
    'php-unicode' => JSON_UNESCAPED_UNICODE,
    'php-slashes-unicode' => JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE,
    'php-pretty' => JSON_PRETTY_PRINT,
    'php-pretty-slashes-unicode' => JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE,
    'php-hex' => JSON_HEX_TAG | JSON_HEX_APOS | JSON_HEX_AMP | JSON_HEX_QUOT, // Symfony's JsonResponse
    'php-fraction' => JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION,
];
foreach (json_decode(file_get_contents($argv[1])) as [$name, $text]) {
    foreach (['' => true, '-object' => false] as $suffix => $associative) {
        $value = json_decode($text, $associative);
        if (json_last_error() !== JSON_ERROR_NONE) {
            continue;
        }
        foreach ($styles as $style => $flags) {
            $out = json_encode($value, $flags);
            if ($out !== false) {
                echo $style, $suffix, "\t", $name, "\t", bin2hex($out), "\n";
            }
        }
    }
}
