package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const role = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules:
- {apiGroups: [""], resources: [secrets, events], verbs: [get, list]}
- {apiGroups: [apps], resources: [deployments], verbs: [get]}
`

func TestCompare(t *testing.T) {
	for name, tc := range map[string]struct {
		other string
		same  bool
	}{
		"the same under another name and in another order": {
			other: `apiVersion: v1
kind: ServiceAccount
metadata: {name: b}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: b}
rules:
- {apiGroups: [apps], resources: [deployments], verbs: [get]}
- {apiGroups: [""], resources: [events, secrets], verbs: [list, get]}
`, same: true,
		},
		"a verb more":        {other: strings.Replace(role, "[get, list]", "[get, list, watch]", 1)},
		"a namespaced role":  {other: strings.Replace(role, "ClusterRole", "Role", 1)},
		"aggregated":         {other: strings.Replace(role, "{name: a}", `{name: a, labels: {rbac.authorization.k8s.io/aggregate-to-edit: "true"}}`, 1)},
		"a second such role": {other: role + "---\n" + role},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			same, err := compare(write(t, role), write(t, tc.other), &out)
			if err != nil {
				t.Fatal(err)
			}
			if same != tc.same {
				t.Errorf("same = %v, want %v:\n%s", same, tc.same, out.String())
			}
		})
	}
}

func TestCompareRefusesAFileWithoutRoles(t *testing.T) {
	if _, err := compare(write(t, role), write(t, "kind: Pod\n"), &bytes.Buffer{}); err == nil {
		t.Error("a file without a role passed for equal")
	}
}

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "manifests.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
