package testenv

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Kubectl runs the real kubectl against the API server, as an administrator, and returns its standard
// output. It fails the test where kubectl fails.
func (e *Env) Kubectl(t testing.TB, args ...string) string {
	t.Helper()
	output, message, err := e.runKubectl(t, args)
	if err != nil {
		t.Fatalf("kubectl %s: %v\n%s", strings.Join(args, " "), err, message)
	}
	return output
}

// KubectlRefused is Kubectl for what must fail: it returns what kubectl wrote to standard error, and
// fails the test where kubectl succeeds.
func (e *Env) KubectlRefused(t testing.TB, args ...string) string {
	t.Helper()
	output, message, err := e.runKubectl(t, args)
	if err == nil {
		t.Fatalf("kubectl %s should fail, and wrote:\n%s", strings.Join(args, " "), output)
	}
	return message
}

func (e *Env) runKubectl(t testing.TB, args []string) (output, message string, err error) {
	t.Helper()
	// The user's own settings and cache have no say here.
	args = append([]string{"--kubeconfig", e.Kubeconfig, "--cache-dir", filepath.Join(e.folder, "kubectl-cache")}, args...)
	command := exec.CommandContext(t.Context(), e.kubectl, args...)
	command.Env = append(os.Environ(), "KUBERC=off", "HOME="+e.folder)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err = command.Run()
	return stdout.String(), stderr.String(), err
}
