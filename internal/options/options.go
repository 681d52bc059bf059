// Package options reads the operator's flags and makes the manager that they ask for.
package options

import (
	"flag"
	"fmt"
	"os"
	"strings"
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
	LeaderElect    bool
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
	o := &Options{}
	flags := flag.NewFlagSet(program, flag.ContinueOnError)
	flags.SetOutput(os.Stderr)
	flags.StringVar(&o.MetricsAddress, "metrics-bind-address", ":8080", "`address` of the metrics; 0 serves none")
	flags.StringVar(&o.ProbeAddress, "health-probe-bind-address", ":8081", "`address` of /healthz and /readyz; 0 serves none")
	flags.BoolVar(&o.LeaderElect, "leader-elect", false, "work only while this process holds the lease; for more than one replica")
	namespaces := flags.String("watch-namespaces", "", "comma-separated `namespaces` to look after; all by default")
	selector := flags.String("watch-label-selector", "", "look after the objects that this label `selector` matches, to split tenants over several deployments; all by default")
	flags.DurationVar(&o.MinInterval, "min-interval", time.Minute, "floor for the interval of any FolderSync")
	flags.StringVar(&o.Ledger, "ledger", "sqlite:///var/lib/intralinks-operator/ledger.db", "where the `ledger` lies: sqlite:///folder/ledger.db")
	flags.IntVar(&o.ConcurrentTransfers, "concurrent-transfers", 4, "documents that cross at once")
	allowed := flags.String("allowed-hosts", "", "comma-separated `hosts` that resources may name beside *.intralinks.com and *.luminance.com: names with * as a wildcard, addresses, networks")
	level := flags.String("log-level", "info", "`level` of the log: debug, info, warn or error")
	flags.StringVar(&o.LogFormat, "log-format", "json", "`format` of the log: json or text")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q: every option begins with --", flags.Arg(0))
	}
	o.Namespaces, o.AllowedHosts = list(*namespaces), list(*allowed)
	return o, o.check(*selector, *level)
}

func (o *Options) check(selector, level string) (err error) {
	if o.Selector, err = labels.Parse(selector); err != nil {
		return fmt.Errorf("--watch-label-selector=%q: %w; write one like tenant=acme", selector, err)
	}
	if err := o.LogLevel.UnmarshalText([]byte(level)); err != nil {
		return fmt.Errorf("--log-level=%q: write debug, info, warn or error", level)
	}
	switch {
	case o.LogFormat != "json" && o.LogFormat != "text":
		return fmt.Errorf("--log-format=%q: write json or text", o.LogFormat)
	case o.ConcurrentTransfers < 1 || o.ConcurrentTransfers > 64:
		return fmt.Errorf("--concurrent-transfers=%d: write a number from 1 to 64", o.ConcurrentTransfers)
	case o.MinInterval < time.Minute:
		return fmt.Errorf("--min-interval=%s: write a duration of at least 1m", o.MinInterval)
	}
	return nil
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

func list(s string) []string {
	var items []string
	for item := range strings.SplitSeq(s, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}
