package installtest

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	clientcmd "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/client-go/tools/clientcmd/api/latest"

	"k8s.io/apimachinery/pkg/runtime"

	"dataroom.dev/intralinks-operator/internal/testenv"
)

// soon is how long a condition may take on a machine that has much else to do.
const soon = 20 * time.Second

// process is an operator that runs as its pod would: with the flags that the chart gives it, for what they may be
// outside a pod.
type process struct {
	command *exec.Cmd
	ended   chan struct{}
	lock    sync.Mutex
	output  bytes.Buffer
	probes  string
}

// Write keeps what the operator writes.
func (p *process) Write(text []byte) (int, error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.output.Write(text)
}

func (p *process) log() string {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.output.String()
}

// start runs the operator with flags until it is stopped, or the test ends.
func start(t *testing.T, kubeconfig string, args ...string) *process {
	t.Helper()
	p := &process{probes: testenv.FreeAddress(t), ended: make(chan struct{})}
	p.command = exec.Command(testenv.Start(t).Operator(t), append(args, "--health-probe-bind-address="+p.probes)...)
	p.command.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig)
	p.command.Stdout, p.command.Stderr = p, p
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.command.Wait() // its state is looked at
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.stop(t)
		if t.Failed() {
			t.Logf("the operator wrote:\n%s", p.log())
		}
	})
	return p
}

// ready asks the probe that Kubernetes asks.
func (p *process) ready() error {
	answer, err := (&http.Client{Timeout: 5 * time.Second}).Get("http://" + p.probes + "/readyz")
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("/readyz answers %s", answer.Status)
	}
	return nil
}

// stop ends the operator as Kubernetes does.
func (p *process) stop(t *testing.T) {
	t.Helper()
	_ = p.command.Process.Signal(syscall.SIGTERM) // it may have ended already
	NewWithT(t).Eventually(p.ended).WithTimeout(soon).Should(BeClosed())
}

// chartArgs are the flags of the chart's Deployment, but for the addresses and the file of a pod.
func chartArgs(t *testing.T, all objects, ledger string) []string {
	t.Helper()
	args := slices.DeleteFunc(deployment(t, all).Spec.Template.Spec.Containers[0].Args, func(arg string) bool {
		return strings.HasPrefix(arg, "--ledger=") || strings.HasPrefix(arg, "--health-probe") || strings.HasPrefix(arg, "--metrics-bind")
	})
	return append(args, "--ledger=sqlite://"+ledger, "--metrics-bind-address="+testenv.FreeAddress(t),
		"--leader-election-namespace="+namespace, "--allowed-hosts=127.0.0.1")
}

// kubeconfigFor writes a kubeconfig for a server and a token: client-go sends no token without TLS.
func kubeconfigFor(t *testing.T, server string, ca []byte, token string) string {
	t.Helper()
	config := clientcmd.NewConfig()
	config.Clusters["c"] = &clientcmd.Cluster{Server: server, CertificateAuthorityData: ca}
	config.AuthInfos["u"] = &clientcmd.AuthInfo{Token: token}
	config.Contexts["x"] = &clientcmd.Context{Cluster: "c", AuthInfo: "u", Namespace: corev1.NamespaceDefault}
	config.CurrentContext = "x"
	text, err := runtime.Encode(latest.Codec, config)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
