// Simulators serves an Intralinks and a Luminance that are simulated, for the operator, or any other client,
// to work against. docs/simulators.md tells what they do.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"dataroom.dev/intralinks-operator/internal/simulator"
	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Stdout, os.Args[1:])
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "simulators:", err)
		os.Exit(1) //nolint:gocritic // nothing is left for the deferred stop to do
	}
}

// run serves until the context ends.
func run(ctx context.Context, out io.Writer, args []string) error {
	var o simulator.Options
	flags := flag.NewFlagSet("simulators", flag.ContinueOnError)
	flags.StringVar(&o.IntralinksAddress, "intralinks-addr", "127.0.0.1:8811", "`address` of the Intralinks simulator; port 0 picks a free one")
	flags.StringVar(&o.LuminanceAddress, "luminance-addr", "127.0.0.1:8812", "`address` of the Luminance simulator; port 0 picks a free one")
	flags.StringVar(&o.SignInAddress, "sign-in-addr", "127.0.0.1:0", "`address` of Intralinks' sign-in page; port 0 picks a free one")
	flags.StringVar(&o.Callback, "callback", "", "`URL` that is registered as the API key's callback, such as http://127.0.0.1:8082/auth/callback (default: none, and nobody can sign in)")
	flags.StringVar(&o.DataRoom, "dataroom", "", "`folder` of files to serve as Project Heron; they are only read (default: a generated room)")
	flags.StringVar(&o.Received, "received", "", "`folder` for what Luminance receives (default: a temporary one)")
	flags.StringVar(&o.Budget, "budget", "100/10m", "Luminance's allowance: `requests/duration`, or unlimited")
	flags.BoolVar(&o.TLS, "tls", false, "serve by https, with a certificate of its own making, which is printed at the end")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	running, err := simulator.Start(ctx, o)
	if err != nil {
		return err
	}
	introduce(out, running)
	<-ctx.Done()
	return running.Close()
}

// introduce prints where both are and what they accept, for a shell to read.
func introduce(out io.Writer, r *simulator.Running) {
	for _, line := range [][2]string{
		{"INTRALINKS_URL", r.IntralinksURL},
		{"INTRALINKS_API_KEY", intralinks.DefaultAPIKey},
		{"INTRALINKS_API_SECRET", intralinks.DefaultAPISecret},
		{"INTRALINKS_EMAIL", intralinks.DefaultEmail},
		{"INTRALINKS_PASSWORD", intralinks.DefaultPassword},
		{"LUMINANCE_URL", r.LuminanceURL},
		{"LUMINANCE_CLIENT_ID", luminance.DefaultClientID},
		{"LUMINANCE_CLIENT_SECRET", luminance.DefaultClientSecret},
		{"INTRALINKS_SIGN_IN_URL", r.SignInURL},
	} {
		fmt.Fprintf(out, "%s=%s\n", line[0], line[1])
	}
	fmt.Fprintf(out, "\nWhat Luminance receives lies in %s\n", r.Received)
	if r.Certificate != "" {
		fmt.Fprintf(out, "\n%s", r.Certificate)
	}
}
