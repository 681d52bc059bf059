// Package options reads the operator's flags and makes the manager that they ask for.
package options

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	uberzap "go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"k8s.io/apimachinery/pkg/labels"

	"dataroom.dev/intralinks-operator/internal/secretwatch"
)

// Options are the operator's flags.
type Options struct {
	MetricsAddress string
	// MetricsSecure serves the metrics by HTTPS, to those whom the cluster lets read them.
	MetricsSecure bool
	// Profiling serves pprof beside the metrics.
	Profiling    bool
	ProbeAddress string
	// SignInAddress is where the sign-in pages are served; none without ExternalURL, their origin.
	SignInAddress, ExternalURL string
	// APIAddress is where the API listens, for what reaches loopback only; APIHosts are names that it may be reached by
	// beside localhost.
	APIAddress string
	APIHosts   []string
	// Console serves pages beside the API.
	Console     bool
	LeaderElect bool
	// LeaseName is the lease that replicas compete for.
	LeaseName string
	// LeaseNamespace is where the lease lies; "": the pod's own.
	LeaseNamespace string
	// Namespaces to watch; none: all.
	Namespaces []string
	// Selector of the objects to look after.
	Selector labels.Selector
	// WatchSecrets has Secrets with a label watched, beside looking at all of them every minute.
	WatchSecrets bool
	// MinInterval is a floor for the interval of a FolderSync.
	MinInterval         time.Duration
	Ledger              string
	ConcurrentTransfers int
	// AllowedHosts are added to the vendors' domains.
	AllowedHosts []string
	// LogLevel that the log begins with; it can be changed at run time, beside the metrics.
	LogLevel  zapcore.Level
	LogFormat string
	// Version asks for nothing but the version.
	Version bool

	// level is the log's level now.
	level uberzap.AtomicLevel
}

// Parse reads the arguments. A mistake names the flag, what was wrong, and what to write.
func Parse(program string, args []string) (*Options, error) {
	o := &Options{
		MetricsAddress: ":8443", MetricsSecure: true, ProbeAddress: ":8081", SignInAddress: ":8082", APIAddress: "127.0.0.1:8083",
		Selector:  labels.Everything(),
		LeaseName: "intralinks-operator.dataroom.dev", MinInterval: time.Minute, ConcurrentTransfers: 4, LogFormat: "json",
	}
	flags := flag.NewFlagSet(program, flag.ContinueOnError)
	flags.SetOutput(os.Stderr)
	flags.Func("metrics-bind-address", "`address` of the metrics and the log level; 0 serves none (default :8443)", o.address(&o.MetricsAddress))
	flags.BoolFunc("metrics-secure", "serve them by HTTPS, and only to whom the cluster lets read them; false: by HTTP, to anybody (default true)", boolean(&o.MetricsSecure))
	flags.BoolFunc("pprof", "serve profiles below /debug/pprof/ at the same address, to the same people (default false)", boolean(&o.Profiling))
	flags.Func("health-probe-bind-address", "`address` of /healthz and /readyz; 0 serves none (default :8081)", o.address(&o.ProbeAddress))
	flags.Func("sign-in-bind-address", "`address` of the pages on which people sign in to Intralinks; 0 serves none (default :8082)", o.address(&o.SignInAddress))
	flags.Func("external-url", "`URL` by which people reach those pages, such as https://operator.example.com; Intralinks registers it with /auth/callback behind (default none, and no pages)", o.externalURL)
	flags.Func("api-bind-address", "loopback `address` of the API that the kubectl plugin asks, through a port-forward; 0 serves none (default 127.0.0.1:8083)", o.loopback(&o.APIAddress))
	flags.Func("api-hosts", "comma-separated `hosts` by which the API may be reached beside localhost and addresses, where a sidecar passes it on (default none)", o.apiHosts)
	flags.BoolFunc("console", "serve pages beside the API, below /console/, on which people see and set up syncs with their own rights (default false)", boolean(&o.Console))
	flags.BoolFunc("leader-elect", "work only while this process holds the lease; for more than one replica (default false)", boolean(&o.LeaderElect))
	flags.Func("leader-election-id", "`name` of that lease, in the operator's own namespace: one for each installation there (default intralinks-operator.dataroom.dev)", o.leaseName)
	flags.Func("leader-election-namespace", "`namespace` of the lease; outside of a cluster it has to be named (default the pod's own)", o.leaseNamespace)
	flags.Func("watch-namespaces", "comma-separated `namespaces` to look after (default all)", o.namespaces)
	flags.Func("watch-label-selector", "look after the objects that this label `selector` matches, to split tenants over several deployments (default all)", o.selector)
	flags.BoolFunc("watch-labelled-secrets", "notice at once when a Secret with the label "+secretwatch.Label+"=true changes; takes the right to list and watch Secrets (default false: within a minute)", boolean(&o.WatchSecrets))
	flags.Func("min-interval", "floor, as a `duration`, for the interval of any FolderSync (default 1m)", o.minInterval)
	flags.StringVar(&o.Ledger, "ledger", "sqlite:///var/lib/intralinks-operator/ledger.db", "`address` of the ledger: sqlite:///folder/ledger.db, or postgres://user@host/database; the password best comes from PGPASSWORD or PGPASSFILE")
	flags.Func("concurrent-transfers", "`number` of documents that cross at once (default 4)", o.transfers)
	flags.Func("allowed-hosts", "comma-separated `hosts` that resources may name beside *.intralinks.com and *.luminance.com: names with * as a wildcard, addresses, networks", o.allowedHosts)
	flags.Func("log-level", "`level` of the log: debug, info, warn or error (default info)", o.logLevel)
	flags.Func("log-format", "`format` of the log: json or text (default json)", o.logFormat)
	flags.BoolVar(&o.Version, "version", false, "print the version, and end")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	o.level = uberzap.NewAtomicLevelAt(o.LogLevel)
	if o.Console && o.APIAddress == "0" {
		return nil, errors.New("--console: its pages stand beside the API, and --api-bind-address=0 serves none; name an address such as 127.0.0.1:8083, or leave --console out")
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q: every option begins with --, and its value follows an =", flags.Arg(0))
	}
	return o, nil
}
