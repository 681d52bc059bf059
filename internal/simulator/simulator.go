// Package simulator runs both services, simulated, on addresses of their own. They share no state, and no
// code with the operator's clients: what the client believes must not leak into what the simulator does.
package simulator

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"regexp"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// Options of both simulators.
type Options struct {
	// IntralinksAddress and LuminanceAddress to listen on; port 0 picks a free one. Default: any free port of
	// the loopback interface.
	IntralinksAddress, LuminanceAddress string
	// SignInAddress to serve Intralinks' sign-in page on, likewise.
	SignInAddress string
	// Callback is registered for the default API key; empty registers none, and nobody can sign in.
	Callback string
	// DataRoom is a folder of files to serve as Project Heron; empty serves a generated room.
	DataRoom string
	// Received is where received documents are laid down; empty makes a temporary folder.
	Received string
	// TLS serves by https, with a certificate of its own making for this machine's addresses; see Running.Certificate.
	TLS bool
	// Budget is Luminance's allowance: requests, a slash and a duration, such as 100/10m, which is also the
	// default, or "unlimited".
	Budget string
}

// Running are both simulators on their addresses.
type Running struct {
	Intralinks *intralinks.Server
	Luminance  *luminance.Simulator
	// IntralinksURL and LuminanceURL are where they serve.
	IntralinksURL, LuminanceURL string
	// SignInURL is where the page is on which people sign in to Intralinks: another origin than IntralinksURL.
	SignInURL string
	// Received is the folder of received documents.
	Received string
	// Certificate is what a client has to trust, as PEM; empty without TLS.
	Certificate string

	tls     *tls.Config
	servers []*http.Server
}

// loopback is any free port.
const loopback = "127.0.0.1:0"

// Start serves both until Close.
func Start(ctx context.Context, o Options) (*Running, error) {
	r := &Running{Received: o.Received}
	if err := r.build(o); err != nil {
		return nil, err
	}
	var err error
	if o.TLS {
		if r.tls, r.Certificate, err = selfSigned(time.Now()); err != nil {
			return nil, err
		}
	}
	if r.IntralinksURL, err = r.listen(ctx, "Intralinks", o.IntralinksAddress, r.Intralinks); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	if r.LuminanceURL, err = r.listen(ctx, "Luminance", o.LuminanceAddress, r.Luminance); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	if r.SignInURL, err = r.listen(ctx, "sign-in page of the Intralinks", o.SignInAddress, r.Intralinks.SignInPages()); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	r.Intralinks.SetSignInURL(r.SignInURL)
	return r, nil
}

func (r *Running) build(o Options) (err error) {
	var room *dataroom.Room
	if o.DataRoom != "" {
		if room, err = dataroom.FromDir(o.DataRoom); err != nil {
			return err
		}
	}
	if r.Received == "" {
		if r.Received, err = os.MkdirTemp("", "received-"); err != nil {
			return err
		}
	}
	r.Intralinks = intralinks.New(intralinks.Options{Exchanges: intralinks.DefaultExchanges(room)})
	if err := r.Intralinks.RegisterCallback(intralinks.DefaultAPIKey, o.Callback); err != nil {
		return err
	}
	if r.Luminance, err = luminance.New(luminance.Options{ReceivedDir: r.Received}); err != nil {
		return err
	}
	return r.setBudget(o.Budget)
}

var budget = regexp.MustCompile(`^([0-9]+)/(.+)$`)

func (r *Running) setBudget(wanted string) error {
	set := r.Luminance.Control().Set
	if wanted == "unlimited" {
		return set("budgetRequests", "0")
	}
	if wanted == "" {
		return nil
	}
	parts := budget.FindStringSubmatch(wanted)
	if parts == nil {
		return fmt.Errorf(`budget %q: write requests, a slash and a duration, such as 100/10m, or "unlimited"`, wanted)
	}
	return errors.Join(set("budgetRequests", parts[1]), set("budgetPer", parts[2]))
}

func (r *Running) listen(ctx context.Context, name, address string, handler http.Handler) (string, error) {
	if address == "" {
		address = loopback
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return "", fmt.Errorf("the %s simulator can't listen on %s: %w; choose another address", name, address, err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	r.servers = append(r.servers, server)
	scheme, served := "http://", listener
	if r.tls != nil {
		scheme, served = "https://", tls.NewListener(listener, r.tls)
	}
	go func() { _ = server.Serve(served) }() // ends with ErrServerClosed, by Close
	return scheme + listener.Addr().String(), nil
}

// Close stops both at once.
func (r *Running) Close() error {
	var errs []error
	for _, server := range r.servers {
		errs = append(errs, server.Close())
	}
	return errors.Join(errs...)
}
