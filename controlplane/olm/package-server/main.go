// The package server of OLM (the PackageManifest API) for a control plane that runs outside a
// cluster. OLM's own command ignores its authorization flags there, so this main sets the options
// itself: requests come from the API server's aggregator on the same machine, over loopback.
package main

import (
	"flag"
	"log"
	"net"
	"os"

	"github.com/operator-framework/operator-lifecycle-manager/pkg/package-server/server"
	"k8s.io/apimachinery/pkg/util/wait"
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "kubeconfig of the API server")
	namespace := flag.String("global-namespace", "olm", "namespace of the global CatalogSources")
	port := flag.Int("secure-port", 0, "port to listen on, on 127.0.0.1")
	certDir := flag.String("cert-dir", "", "folder for the self-signed certificate")
	flag.Parse()

	options := server.NewPackageServerOptions(os.Stdout, os.Stderr)
	options.Kubeconfig = *kubeconfig
	options.GlobalNamespace = *namespace
	options.DisableAuthForTesting = true
	options.SecureServing.BindAddress = net.IPv4(127, 0, 0, 1)
	options.SecureServing.BindPort = *port
	options.SecureServing.ServerCert.CertDirectory = *certDir
	if err := options.Run(wait.ContextForChannel(wait.NeverStop)); err != nil {
		log.Fatal(err)
	}
}
