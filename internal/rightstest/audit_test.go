package rightstest

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
)

// right is to do something with a kind of object, in one namespace or, where that is empty, in all of them.
type right struct{ verb, group, resource, namespace string }

func (r right) String() string {
	text := strings.TrimSuffix(r.verb+" "+r.resource+"."+r.group, ".")
	if r.namespace != "" {
		text += " in " + r.namespace
	}
	return text
}

// auditEvent is a line of the API server's audit log (audit.k8s.io/v1).
type auditEvent struct {
	Verb string `json:"verb"`
	User struct {
		Username string `json:"username"`
	} `json:"user"`
	ObjectRef *struct {
		Resource    string `json:"resource"`
		Subresource string `json:"subresource"`
		APIGroup    string `json:"apiGroup"`
		Namespace   string `json:"namespace"`
		Name        string `json:"name"`
	} `json:"objectRef"`
	RequestURI  string            `json:"requestURI"`
	Annotations map[string]string `json:"annotations"`
}

func (e *auditEvent) right() right {
	resource := e.ObjectRef.Resource
	if e.ObjectRef.Subresource != "" {
		resource += "/" + e.ObjectRef.Subresource
	}
	return right{e.Verb, e.ObjectRef.APIGroup, resource, e.ObjectRef.Namespace}
}

// asked reads what a user has asked the API server for, and what of it was refused. What is open to everybody, such as
// the list of the API's groups, is no object and not in it.
func asked(t *testing.T, log, user string) (used map[right]bool, refused []string) {
	t.Helper()
	file, err := os.Open(log)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	used = map[right]bool{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e auditEvent
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatalf("read the audit log: %v", err)
		}
		if e.User.Username != user {
			continue
		}
		if e.Annotations["authorization.k8s.io/decision"] == "forbid" {
			refused = append(refused, e.Verb+" "+e.RequestURI)
		} else if e.ObjectRef != nil {
			used[e.right()] = true
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return used, refused
}

// rightsIn gives what rules grant in a namespace, or in all.
func rightsIn(namespace string, rules []rbacv1.PolicyRule) (granted []right) {
	for i := range rules {
		for _, group := range rules[i].APIGroups {
			for _, resource := range rules[i].Resources {
				for _, verb := range rules[i].Verbs {
					granted = append(granted, right{verb, group, resource, namespace})
				}
			}
		}
	}
	return granted
}

// idle gives the rights that were granted and never needed. Where a right in one namespace is enough, one in all of
// them is not needed for it.
func idle(granted []right, used map[right]bool) (never []string) {
	needed := map[right]bool{}
	for r := range used {
		if !slices.Contains(granted, r) {
			r.namespace = ""
		}
		needed[r] = true
	}
	for _, r := range granted {
		if !needed[r] {
			never = append(never, r.String())
		}
	}
	slices.Sort(never)
	return slices.Compact(never)
}
