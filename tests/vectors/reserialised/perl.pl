# Re-serializes each of inputs.json with JSON::XS: `style<TAB>input<TAB>hex` a line. The inputs that are all numbers are
# left out: how Perl writes large ones depends on how it was built.
use strict;
use warnings;
use JSON::XS ();

open my $file, '<:raw', $ARGV[0] or die;
my $inputs = JSON::XS->new->utf8->decode(join '', <$file>);
for my $input (@$inputs) {
    my ($name, $text) = @$input;
    next if $name =~ /^(integers|floats|doubles)$/;
    utf8::encode($text);
    my %styles = (
        'perl-xs'       => JSON::XS->new->utf8->canonical->allow_nonref,
        'perl-xs-ascii' => JSON::XS->new->ascii->canonical->allow_nonref,
    );
    for my $style (sort keys %styles) {
        my $out = eval { $styles{$style}->encode(JSON::XS->new->utf8->allow_nonref->decode($text)) };
        printf "%s\t%s\t%s\n", $style, $name, unpack('H*', $out) if defined $out;
    }
}
