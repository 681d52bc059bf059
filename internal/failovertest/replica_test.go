package failovertest

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/onsi/gomega"
)

// replica is the operator as a process.
type replica struct {
	w       *world
	command *exec.Cmd
	ended   chan struct{}
	err     error // once it has ended
	log     string
}

// start starts a replica that competes for the lease of the deployment.
func (w *world) start(name, kubeconfig string) *replica {
	w.t.Helper()
	return w.run(name, kubeconfig, "--leader-election-id="+lease, "--ledger="+w.ledger)
}

// run runs the operator.
func (w *world) run(name, kubeconfig string, args ...string) *replica {
	w.t.Helper()
	r := &replica{w: w, ended: make(chan struct{}), log: filepath.Join(w.t.TempDir(), name+".log")}
	log, err := os.Create(r.log)
	w.must(err)
	r.command = exec.CommandContext(w.t.Context(), w.env.Operator(w.t), append(args, "--leader-elect", "--leader-election-namespace="+w.namespace,
		"--watch-namespaces="+w.namespace, "--allowed-hosts=127.0.0.1", "--concurrent-transfers="+fmt.Sprint(transfers),
		"--metrics-bind-address=0", "--health-probe-bind-address=0", "--sign-in-bind-address=0", "--api-bind-address=0", "--log-level=debug")...)
	r.command.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig)
	r.command.Stdout, r.command.Stderr = log, log
	w.must(r.command.Start())
	go func() {
		r.err = r.command.Wait()
		_ = log.Close()
		close(r.ended)
	}()
	w.t.Cleanup(func() {
		r.signal(syscall.SIGKILL)
		<-r.ended
		if w.t.Failed() {
			w.t.Logf("the log of the %s replica:\n%s", name, r.logged())
		}
	})
	return r
}

// signal sends a signal to a process that may have ended.
func (r *replica) signal(s syscall.Signal) { _ = r.command.Process.Signal(s) }

func (r *replica) logged() string {
	text, err := os.ReadFile(r.log)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// leads waits until the replica holds the lease.
func (r *replica) leads() {
	r.w.t.Helper()
	r.w.Eventually(r.logged).Should(gomega.ContainSubstring("Successfully acquired lease"))
}

// waits until the replica has found that another one holds it.
func (r *replica) waits() {
	r.w.t.Helper()
	r.w.Eventually(r.logged).Should(gomega.ContainSubstring("Attempting to acquire leader lease"))
}

// givesUp waits until a process has ended because it leads no more.
func (r *replica) givesUp() {
	r.w.t.Helper()
	r.w.Eventually(r.ended).Should(gomega.BeClosed())
	r.w.Expect(r.err).To(gomega.HaveOccurred())
	r.w.Expect(r.logged()).To(gomega.ContainSubstring("leader election lost"))
}

func hostOf(server string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	return u.Host, nil
}
