// Package options reads the operator's flags and makes the manager that they ask for.
package options

import (
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/go-logr/logr"
	"go.uber.org/zap/zapcore"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

// Options are the operator's flags.
type Options struct {
	MetricsAddress string
	ProbeAddress   string
	// SignInAddress is where the sign-in pages are served; none without ExternalURL, their origin.
	SignInAddress, ExternalURL string
	LeaderElect                bool
	// Namespaces to watch; none: all.
	Namespaces []string
	// Selector of the objects to look after.
	Selector labels.Selector
	// MinInterval is a floor for the interval of a FolderSync.
	MinInterval         time.Duration
	Ledger              string
	ConcurrentTransfers int
	// AllowedHosts are added to the vendors' domains.
	AllowedHosts []string
	LogLevel     zapcore.Level
	LogFormat    string
}

// Parse reads the arguments. A mistake names the flag, what was wrong, and what to write.
func Parse(program string, args []string) (*Options, error) {
	o := &Options{
		MetricsAddress: ":8080", ProbeAddress: ":8081", SignInAddress: ":8082", Selector: labels.Everything(),
		MinInterval: time.Minute, ConcurrentTransfers: 4, LogFormat: "json",
	}
	flags := flag.NewFlagSet(program, flag.ContinueOnError)
	flags.SetOutput(os.Stderr)
	flags.Func("metrics-bind-address", "`address` of the metrics; 0 serves none (default :8080)", o.address(&o.MetricsAddress))
	flags.Func("health-probe-bind-address", "`address` of /healthz and /readyz; 0 serves none (default :8081)", o.address(&o.ProbeAddress))
	flags.Func("sign-in-bind-address", "`address` of the pages on which people sign in to Intralinks; 0 serves none (default :8082)", o.address(&o.SignInAddress))
	flags.Func("external-url", "`URL` by which people reach those pages, such as https://operator.example.com; Intralinks registers it with /auth/callback behind (default none, and no pages)", o.externalURL)
	flags.BoolFunc("leader-elect", "work only while this process holds the lease; for more than one replica (default false)", o.leaderElect)
	flags.Func("watch-namespaces", "comma-separated `namespaces` to look after (default all)", o.namespaces)
	flags.Func("watch-label-selector", "look after the objects that this label `selector` matches, to split tenants over several deployments (default all)", o.selector)
	flags.Func("min-interval", "floor, as a `duration`, for the interval of any FolderSync (default 1m)", o.minInterval)
	flags.StringVar(&o.Ledger, "ledger", "sqlite:///var/lib/intralinks-operator/ledger.db", "`address` of the ledger: sqlite:///folder/ledger.db, or postgres://user@host/database; the password best comes from PGPASSWORD or PGPASSFILE")
	flags.Func("concurrent-transfers", "`number` of documents that cross at once (default 4)", o.transfers)
	flags.Func("allowed-hosts", "comma-separated `hosts` that resources may name beside *.intralinks.com and *.luminance.com: names with * as a wildcard, addresses, networks", o.allowedHosts)
	flags.Func("log-level", "`level` of the log: debug, info, warn or error (default info)", o.logLevel)
	flags.Func("log-format", "`format` of the log: json or text (default json)", o.logFormat)
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q: every option begins with --, and its value follows an =", flags.Arg(0))
	}
	return o, nil
}

// Logger makes the log that the flags ask for.
func (o *Options) Logger() logr.Logger {
	return zap.New(zap.Level(o.LogLevel), func(z *zap.Options) {
		z.Development = false
		if o.LogFormat == "text" {
			zap.ConsoleEncoder()(z)
		}
	})
}
