# Generates, in the current directory, an authority and the certificates it signed: good, wrong (other names), expired,
# future; and a self-signed one, self. In Debian 12, `req -x509` can't set dates, so this uses `ca`.
set -e
key="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
touch index.txt
cat > ca.cnf <<END
[ca]
default_ca = this
[this]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
END
openssl req -x509 $key -subj /CN=authority -days 2 -keyout ca.key -out ca.pem
make() {  # name, subject alternative names, start, end
  openssl req $key -subj /CN=$1 -addext "subjectAltName=$2" -keyout $1.key -out $1.csr
  openssl ca -batch -notext -config ca.cnf -cert ca.pem -keyfile ca.key -in $1.csr -out $1.pem -startdate $3 -enddate $4
}
make good DNS:localhost,IP:127.0.0.1 20200101000000Z 20990101000000Z
make wrong DNS:other.example,DNS:third.example,IP:10.0.0.1 20200101000000Z 20990101000000Z
make expired DNS:localhost,IP:127.0.0.1 20200101000000Z 20200201000000Z
make future DNS:localhost,IP:127.0.0.1 20980101000000Z 20990101000000Z
openssl req -x509 $key -subj /CN=self -addext subjectAltName=IP:127.0.0.1 -days 2 -keyout self.key -out self.pem
