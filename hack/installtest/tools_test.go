package installtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

const (
	root      = "../.."
	chart     = "charts/intralinks-operator"
	namespace = "intralinks-operator-system"
)

var (
	toolsLock sync.Mutex
	tools     = map[string]string{}
)

// tool returns the path of a program that hack/tools pins, and builds it if that hasn't happened yet.
func tool(t testing.TB, module, name string) string {
	t.Helper()
	toolsLock.Lock()
	defer toolsLock.Unlock()
	if path := tools[name]; path != "" {
		return path
	}
	command := exec.CommandContext(t.Context(), "go", "tool", "-modfile="+module, "-n", name)
	command.Dir = root
	output, err := command.Output()
	if err != nil {
		t.Fatalf("build %s: %v", name, explained(err))
	}
	tools[name] = strings.TrimSpace(string(output))
	return tools[name]
}

func helmPath(t testing.TB) string { return tool(t, "hack/tools/helm/go.mod", "helm") }

// run starts a program at the top level of the repository, with an environment that holds nothing of the user's Helm.
func run(t testing.TB, stdin io.Reader, program string, args ...string) (stdout string, err error) {
	t.Helper()
	command := exec.CommandContext(context.Background(), program, args...) // cleanups run it, too
	command.Dir, command.Stdin = root, stdin
	home := t.TempDir()
	command.Env = append(os.Environ(), "HELM_CONFIG_HOME="+home, "HELM_CACHE_HOME="+home, "HELM_DATA_HOME="+home)
	output, err := command.Output()
	return string(output), explained(err)
}

// explained adds what a program wrote to its standard error.
func explained(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return errors.New(err.Error() + ": " + string(exit.Stderr))
	}
	return err
}

// template renders the chart as Argo CD does: without a cluster. Helm that is built without release stamps takes itself
// for an ancient one, so the version of Kubernetes is given.
func template(t testing.TB, args ...string) (string, error) {
	t.Helper()
	return run(t, nil, helmPath(t), append([]string{
		"template", "intralinks-operator", chart, "--namespace", namespace, "--kube-version", "1.37.0",
	}, args...)...)
}

func render(t testing.TB, args ...string) objects {
	t.Helper()
	text, err := template(t, args...)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, text)
}

// objects are what a manifest holds.
type objects []*unstructured.Unstructured

func parse(t testing.TB, text string) objects {
	t.Helper()
	var all objects
	for reader := yaml.NewYAMLOrJSONDecoder(bytes.NewBufferString(text), 4096); ; {
		object := &unstructured.Unstructured{}
		err := reader.Decode(object)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		if len(object.Object) > 0 {
			all = append(all, object)
		}
	}
}

// of returns the objects of a kind.
func (all objects) of(kind string) objects {
	var some objects
	for _, object := range all {
		if object.GetKind() == kind {
			some = append(some, object)
		}
	}
	return some
}

// names of the objects, with the namespace in front where there is one.
func (all objects) names() []string {
	names := make([]string, 0, len(all))
	for _, object := range all {
		names = append(names, strings.TrimPrefix(object.GetNamespace()+"/"+object.GetName(), "/"))
	}
	return names
}

// only is the one object of a kind.
func (all objects) only(t testing.TB, kind string) *unstructured.Unstructured {
	t.Helper()
	some := all.of(kind)
	if len(some) != 1 {
		t.Fatalf("%d objects of kind %s: %v", len(some), kind, some.names())
	}
	return some[0]
}

// into reads an object as its Go type.
func into[T any](t testing.TB, object *unstructured.Unstructured) T {
	t.Helper()
	var typed T
	text, err := json.Marshal(object)
	if err == nil {
		err = json.Unmarshal(text, &typed)
	}
	if err != nil {
		t.Fatal(err)
	}
	return typed
}

// valuesFiles are all that lie in testdata/values, by their path from the top level.
func valuesFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/values/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no values files: %v", err)
	}
	for i := range files {
		files[i] = filepath.Join("hack/installtest", files[i])
	}
	return files
}
