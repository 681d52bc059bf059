package rightstest

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/onsi/gomega"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"dataroom.dev/intralinks-operator/internal/testenv"
)

// operator is the program, as a process.
type operator struct {
	w       *world
	command *exec.Cmd
	ended   chan error
	// metrics and probes are its addresses.
	metrics, probes string
	log             string
}

// startOperator starts the program as a service account.
func (w *world) startOperator(token string, environment ...string) *operator {
	w.t.Helper()
	folder := w.t.TempDir()
	o := &operator{w: w, ended: make(chan error, 1), metrics: testenv.FreeAddress(w.t), probes: testenv.FreeAddress(w.t), log: filepath.Join(folder, "log")}
	log, err := os.Create(o.log)
	w.must(err)
	pages := testenv.FreeAddress(w.t)
	w.must(w.source.RegisterCallback("key", "http://"+pages+"/auth/callback"))
	o.command = exec.Command(w.env.Operator(w.t), "--leader-elect", "--leader-election-id=intralinks-operator", "--leader-election-namespace="+w.own, "--ledger=sqlite://"+folder+"/ledger.db",
		"--metrics-bind-address="+o.metrics, "--health-probe-bind-address="+o.probes, "--allowed-hosts=127.0.0.1", "--pprof", "--api-bind-address=0",
		"--sign-in-bind-address="+pages, "--external-url=http://"+pages, "--watch-labelled-secrets")
	o.command.Env = append(append(os.Environ(), environment...), "KUBECONFIG="+w.kubeconfig(folder, token))
	o.command.Stdout, o.command.Stderr = log, log
	w.must(o.command.Start())
	go func() {
		o.ended <- o.command.Wait()
		close(o.ended)
		log.Close()
	}()
	w.t.Cleanup(func() {
		_ = o.command.Process.Kill() // it may have ended
		for range o.ended {
		}
		if w.t.Failed() {
			w.t.Logf("the operator's log:\n%s", o.logged())
		}
	})
	return o
}

// kubeconfig writes one for the user of a token.
func (w *world) kubeconfig(folder, token string) string {
	w.t.Helper()
	config := clientcmdapi.NewConfig()
	config.Clusters["test"] = &clientcmdapi.Cluster{Server: w.env.Config.Host, CertificateAuthorityData: w.env.Config.CAData}
	config.AuthInfos["operator"] = &clientcmdapi.AuthInfo{Token: token}
	config.Contexts["test"] = &clientcmdapi.Context{Cluster: "test", AuthInfo: "operator"}
	config.CurrentContext = "test"
	file := filepath.Join(folder, "kubeconfig")
	w.must(clientcmd.WriteToFile(*config, file))
	return file
}

func (o *operator) logged() string {
	text, err := os.ReadFile(o.log)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// stop ends the process as a kubelet does.
func (o *operator) stop() {
	o.w.t.Helper()
	o.w.must(o.command.Process.Signal(syscall.SIGTERM))
	o.w.Eventually(o.ended).Should(gomega.Receive(gomega.BeNil()), "it ends well")
}

// ask sends a request to the address of the metrics.
func (o *operator) ask(method, path, token, body string) (status int, answer string) {
	o.w.t.Helper()
	req, err := http.NewRequestWithContext(o.w.t.Context(), method, "https://"+o.metrics+path, strings.NewReader(body))
	o.w.must(err)
	if body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded") // as curl's --data does
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	// The certificate is made by the operator for itself, anew with each start.
	hc := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}
	resp, err := hc.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	o.w.must(err)
	return resp.StatusCode, string(text)
}

// statusOf is the status alone.
func (o *operator) statusOf(method, path, token, body string) int {
	o.w.t.Helper()
	status, _ := o.ask(method, path, token, body)
	return status
}

// probe asks whether the operator is ready.
func (o *operator) probe(path string) (status int, err error) {
	req, err := http.NewRequestWithContext(o.w.t.Context(), http.MethodGet, fmt.Sprintf("http://%s%s", o.probes, path), http.NoBody)
	if err != nil {
		return 0, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}
