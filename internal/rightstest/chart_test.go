package rightstest

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// root is the top level of the repository.
const root = "../.."

// installed is what the chart brings of accounts and rights.
type installed struct {
	account string
	objects []client.Object
	// rights of the account.
	rights []right
	// reader is the ClusterRole for what scrapes the metrics.
	reader string
}

// render has Helm render the chart, with all that takes rights, and keeps what says who may do what.
func render(t *testing.T, namespace string) installed {
	t.Helper()
	helm := exec.CommandContext(t.Context(), "go", "tool", "-modfile=hack/tools/helm/go.mod", "helm", "template", "intralinks-operator",
		"charts/intralinks-operator", "--namespace", namespace, "--kube-version", "1.37.0",
		"--set", "signIn.externalURL=https://operator.example.com", "--set", "watch.labelledSecrets=true")
	helm.Dir, helm.Env = root, append(os.Environ(), "CGO_ENABLED=0") // as every other build, so that the cache is shared
	var problems bytes.Buffer
	helm.Stderr = &problems
	text, err := helm.Output()
	if err != nil {
		t.Fatalf("render the chart: %v\n%s", err, problems.String())
	}
	var all installed
	documents := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		var object unstructured.Unstructured
		err := documents.Decode(&object)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		all.add(t, &object)
	}
	all.sumUp()
	return all
}

func (i *installed) add(t *testing.T, object *unstructured.Unstructured) {
	t.Helper()
	kinds := map[string]client.Object{
		"ServiceAccount": &corev1.ServiceAccount{}, "Role": &rbacv1.Role{}, "RoleBinding": &rbacv1.RoleBinding{},
		"ClusterRole": &rbacv1.ClusterRole{}, "ClusterRoleBinding": &rbacv1.ClusterRoleBinding{},
	}
	typed, ok := kinds[object.GetKind()]
	if !ok {
		return
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, typed); err != nil {
		t.Fatal(err)
	}
	i.objects = append(i.objects, typed)
}

// sumUp finds the account and what is bound to it.
func (i *installed) sumUp() {
	rules := map[string][]rbacv1.PolicyRule{}
	for _, object := range i.objects {
		switch o := object.(type) {
		case *corev1.ServiceAccount:
			i.account = o.Name
		case *rbacv1.Role:
			rules["Role/"+o.Name] = o.Rules
		case *rbacv1.ClusterRole:
			rules["ClusterRole/"+o.Name] = o.Rules
			if len(o.Rules) == 1 && len(o.Rules[0].NonResourceURLs) > 0 && o.Rules[0].NonResourceURLs[0] == "/metrics" {
				i.reader = o.Name
			}
		}
	}
	for _, object := range i.objects {
		switch o := object.(type) {
		case *rbacv1.RoleBinding:
			i.rights = append(i.rights, rightsIn(o.Namespace, rules[o.RoleRef.Kind+"/"+o.RoleRef.Name])...)
		case *rbacv1.ClusterRoleBinding:
			i.rights = append(i.rights, rightsIn("", rules[o.RoleRef.Kind+"/"+o.RoleRef.Name])...)
		}
	}
}
