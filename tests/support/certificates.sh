# Makes, in the current folder, an authority and what it signed: good, wrong (other names), expired, future, and common (no
# name but the common one); and self, which signed itself. `req -x509` of Debian 12's age knows no dates, `ca` does.
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
sign() {  # name, start, end
  openssl ca -batch -notext -config ca.cnf -cert ca.pem -keyfile ca.key -in $1.csr -out $1.pem -startdate $2 -enddate $3
}
make() {  # name, subject's alternative names, start, end
  openssl req $key -subj /CN=$1 -addext "subjectAltName=$2" -keyout $1.key -out $1.csr
  sign $1 $3 $4
}
make good DNS:localhost,IP:127.0.0.1 20200101000000Z 20990101000000Z
make wrong DNS:other.example,DNS:third.example,IP:10.0.0.1 20200101000000Z 20990101000000Z
make expired DNS:localhost,IP:127.0.0.1 20200101000000Z 20200201000000Z
make future DNS:localhost,IP:127.0.0.1 20980101000000Z 20990101000000Z
openssl req $key -subj /CN=localhost -keyout common.key -out common.csr
sign common 20200101000000Z 20990101000000Z
openssl req -x509 $key -subj /CN=self -addext subjectAltName=IP:127.0.0.1 -days 2 -keyout self.key -out self.pem
