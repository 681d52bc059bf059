package options_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	. "github.com/onsi/gomega"
	gomegatypes "github.com/onsi/gomega/types"
	"go.uber.org/zap/zapcore"
	"k8s.io/apimachinery/pkg/labels"

	"dataroom.dev/intralinks-operator/internal/options"
)

// parse reads arguments, and gives what was printed for a person meanwhile.
func parse(t *testing.T, args ...string) (o *options.Options, printed string, err error) {
	t.Helper()
	printed = captured(t, &os.Stderr, func() { o, err = options.Parse("intralinks-operator", args) })
	return o, printed, err
}

// captured gives what a function writes to one of the process's files.
func captured(t *testing.T, file **os.File, write func()) string {
	t.Helper()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func(own *os.File) { *file = own }(*file)
	*file = writer
	text := make(chan string)
	go func() {
		var buffer bytes.Buffer
		_, _ = io.Copy(&buffer, reader) // a pipe of our own
		text <- buffer.String()
	}()
	write()
	_ = writer.Close()
	return <-text
}

// beOptions compares what flags can set.
func beOptions(want *options.Options) gomegatypes.GomegaMatcher {
	return BeComparableTo(want, cmpopts.IgnoreUnexported(options.Options{}), cmp.Comparer(func(a, b labels.Selector) bool {
		return (a == nil) == (b == nil) && (a == nil || a.String() == b.String())
	}))
}

func TestDefaults(t *testing.T) {
	o, _, err := parse(t)
	NewWithT(t).Expect(o, err).To(beOptions(&options.Options{
		MetricsAddress: ":8443", MetricsSecure: true, ProbeAddress: ":8081", SignInAddress: ":8082", APIAddress: "127.0.0.1:8083",
		Selector: labels.Everything(), MinInterval: time.Minute,
		LeaseName: "intralinks-operator.dataroom.dev",
		Ledger:    "sqlite:///var/lib/intralinks-operator/ledger.db", ConcurrentTransfers: 4,
		LogLevel: zapcore.InfoLevel, LogFormat: "json",
	}))
}

func TestEveryFlag(t *testing.T) {
	g := NewWithT(t)
	o, _, err := parse(t, "--metrics-bind-address=0", "--health-probe-bind-address", "127.0.0.1:0", "--leader-elect", "--leader-election-id=tenant-a",
		"--sign-in-bind-address=127.0.0.1:9443", "--external-url=https://Operator.example.com/",
		"--watch-namespaces= deals, tenant-a,,", "--watch-label-selector=tenant in (acme,beta)", "--min-interval=5m",
		"--ledger=sqlite:///data/ledger.db", "--concurrent-transfers=64", "--allowed-hosts=vdr.example.com, 10.0.0.0/8",
		"--log-level=DEBUG", "--log-format=text", "--metrics-secure=false", "--pprof",
		"--leader-election-namespace=operators", "--api-bind-address=[::1]:9083", "--api-hosts=Operator.example.com, console.example.com", "--console")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(o.Selector.String()).To(Equal("tenant in (acme,beta)"))
	o.Selector = nil
	g.Expect(o).To(beOptions(&options.Options{
		MetricsAddress: "0", Profiling: true, ProbeAddress: "127.0.0.1:0", LeaderElect: true, LeaseName: "tenant-a",
		Console: true, APIAddress: "[::1]:9083", APIHosts: []string{"operator.example.com", "console.example.com"},
		SignInAddress: "127.0.0.1:9443", ExternalURL: "https://operator.example.com", LeaseNamespace: "operators", Namespaces: []string{"deals", "tenant-a"},
		MinInterval: 5 * time.Minute, Ledger: "sqlite:///data/ledger.db", ConcurrentTransfers: 64,
		AllowedHosts: []string{"vdr.example.com", "10.0.0.0/8"}, LogLevel: zapcore.DebugLevel, LogFormat: "text",
	}))
}

// TestTheConsoleNeedsTheAPI that it stands beside.
func TestTheConsoleNeedsTheAPI(t *testing.T) {
	_, _, err := parse(t, "--console", "--api-bind-address=0")
	NewWithT(t).Expect(err).To(MatchError(And(ContainSubstring("--console"), ContainSubstring("name an address such as 127.0.0.1:8083"))))
}

func TestAMistakeSaysWhatToWrite(t *testing.T) {
	for _, tt := range []struct{ arg, flag, write string }{
		{"--metrics-bind-address=8080", "metrics-bind-address", "write an address with a port, such as :8080"},
		{"--metrics-bind-address=", "metrics-bind-address", "or 0 for none"},
		{"--health-probe-bind-address=:99999", "health-probe-bind-address", "write an address with a port"},
		{"--health-probe-bind-address=localhost:http", "health-probe-bind-address", "write an address with a port"},
		{"--sign-in-bind-address=8082", "sign-in-bind-address", "write an address with a port"},
		{"--external-url=operator.example.com", "external-url", "write scheme and host only, such as https://operator.example.com"},
		{"--external-url=https://operator.example.com/auth/callback", "external-url", "/auth/callback is added by itself"},
		{"--external-url=https://user@operator.example.com", "external-url", "write scheme and host only"},
		{"--external-url=https://", "external-url", "write scheme and host only"},
		{"--external-url=https://operator.example.com:", "external-url", "write scheme and host only"},
		{"--external-url=http://operator.example.com", "external-url", "http:// is for loopback addresses only"},
		{"--external-url=http://10.0.0.1", "external-url", "http:// is for loopback addresses only"},
		{"--api-bind-address=8083", "api-bind-address", "write an address with a port"},
		{"--api-bind-address=:8083", "api-bind-address", "write a loopback address, such as 127.0.0.1:8083"},
		{"--api-bind-address=10.0.0.1:8083", "api-bind-address", "tokens would cross any other in the clear"},
		{"--api-hosts=https://operator.example.com", "api-hosts", "write names without scheme and port"},
		{"--leader-elect=maybe", "leader-elect", "write true or false"},
		{"--leader-election-id=", "leader-election-id", "write a name for a Kubernetes object, such as intralinks-operator"},
		{"--leader-election-id=Tenant A", "leader-election-id", "write a name for a Kubernetes object"},
		{"--metrics-secure=yes please", "metrics-secure", "write true or false"},
		{"--pprof=2", "pprof", "write true or false"},
		{"--watch-namespaces=deals,Tenant_A", "watch-namespaces", `"Tenant_A" can't be a namespace: write names such as deals,tenant-a`},
		{"--leader-election-namespace=_", "leader-election-namespace", `"_" can't be a namespace: write a name such as intralinks-operator-system`},
		{"--watch-label-selector=tenant=(", "watch-label-selector", "write a label selector such as tenant=acme"},
		{"--min-interval=15", "min-interval", "write a duration of at least 1m, such as 5m"},
		{"--min-interval=59s", "min-interval", "write a duration of at least 1m, such as 5m"},
		{"--concurrent-transfers=many", "concurrent-transfers", "write a number from 1 to 64"},
		{"--concurrent-transfers=0", "concurrent-transfers", "write a number from 1 to 64"},
		{"--concurrent-transfers=65", "concurrent-transfers", "write a number from 1 to 64"},
		{"--allowed-hosts=https://vdr.example.com", "allowed-hosts", "write a host name such as vdr.example.com"},
		{"--log-level=loud", "log-level", "write debug, info, warn or error"},
		{"--log-level=", "log-level", "write debug, info, warn or error"},
		{"--log-level=fatal", "log-level", "write debug, info, warn or error"},
		{"--log-format=xml", "log-format", "write json or text"},
		{"--ledgers=x", "ledgers", "not defined"},
		{"--ledger", "ledger", "needs an argument"},
		{"leader-elect", `"leader-elect"`, "every option begins with --, and its value follows an ="},
	} {
		t.Run(tt.arg, func(t *testing.T) {
			g := NewWithT(t)
			o, _, err := parse(t, tt.arg)
			g.Expect(err).To(MatchError(And(ContainSubstring(tt.flag), ContainSubstring(tt.write))))
			g.Expect(o).To(BeNil())
		})
	}
}

func TestHelpListsEveryFlagWithItsDefault(t *testing.T) {
	g := NewWithT(t)
	_, printed, err := parse(t, "--help")
	g.Expect(err).To(MatchError(flag.ErrHelp))
	for name, value := range map[string]string{
		"metrics-bind-address address": ":8443", "metrics-secure": "true", "pprof": "false", "health-probe-bind-address address": ":8081", "api-bind-address address": "127.0.0.1:8083", "api-hosts hosts": "none", "console": "false", "leader-elect": "false", "leader-election-namespace namespace": "the pod's own",
		"leader-election-id name":     "intralinks-operator.dataroom.dev",
		"watch-namespaces namespaces": "all", "watch-label-selector selector": "all", "min-interval duration": "1m",
		"ledger address": `"sqlite:///var/lib/intralinks-operator/ledger.db"`, "concurrent-transfers number": "4",
		"log-level level": "info", "log-format format": "json",
	} {
		g.Expect(printed).To(MatchRegexp(`(?m)^  -` + name + `\n.*\(default ` + value + `\)$`))
	}
	g.Expect(printed).To(ContainSubstring("  -allowed-hosts hosts\n"))
}

func TestTheLogHasTheLevelAndFormatThatWereAskedFor(t *testing.T) {
	for _, tt := range []struct {
		name    string
		args    []string
		matches string
	}{
		{"json at info", nil, `(?s)^\{"level":"info",[^\n]*"msg":"told","id":7\}\n$`},
		{"text at debug", []string{"--log-format=text", "--log-level=debug"}, `(?s)^\S+\tDEBUG\twhispered\n\S+\tINFO\ttold\t\{"id": 7\}\n$`},
		{"nothing below error", []string{"--log-level=error"}, `^$`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, _, err := parse(t, tt.args...)
			NewWithT(t).Expect(err).NotTo(HaveOccurred())
			printed := captured(t, &os.Stderr, func() {
				log := o.Logger()
				log.V(1).Info("whispered")
				log.Info("told", "id", 7)
			})
			NewWithT(t).Expect(printed).To(MatchRegexp(tt.matches))
		})
	}
}

// TestPagesNeedAnOriginAndAnAddress: without one of them there is no callback to register.
func TestPagesNeedAnOriginAndAnAddress(t *testing.T) {
	g := NewWithT(t)
	for _, tt := range []struct {
		args   []string
		origin string
	}{
		{nil, ""},
		{[]string{"--external-url=https://operator.example.com", "--sign-in-bind-address=0"}, ""},
		{[]string{"--external-url=https://operator.example.com"}, "https://operator.example.com"},
		{[]string{"--external-url=http://127.0.0.1:8082"}, "http://127.0.0.1:8082"},
		{[]string{"--external-url=http://[::1]:8082"}, "http://[::1]:8082"},
		{[]string{"--external-url=http://localhost:8082/"}, "http://localhost:8082"},
	} {
		o, _, err := parse(t, tt.args...)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(o.SignInOrigin()).To(Equal(tt.origin))
	}
}
