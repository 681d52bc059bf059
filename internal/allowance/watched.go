package allowance

import (
	"fmt"
	"slices"
	"strings"

	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/apimachinery/pkg/labels"
)

const (
	watchedNamespaces = "dataroom.dev/watch-namespaces"
	watchedSelector   = "dataroom.dev/watch-label-selector"
)

// Watched is what a deployment looks after.
type Watched struct {
	// Namespaces; none: all.
	Namespaces []string
	// Selector of objects; nil: all.
	Selector labels.Selector
}

func (w Watched) annotate(annotations map[string]string) map[string]string {
	selector := ""
	if w.Selector != nil {
		selector = w.Selector.String()
	}
	return withKey(withKey(annotations, watchedNamespaces, strings.Join(w.Namespaces, ",")), watchedSelector, selector)
}

func watchedOf(lease *coordinationv1.Lease) Watched {
	w := Watched{Selector: labels.Everything()}
	if list := lease.Annotations[watchedNamespaces]; list != "" {
		w.Namespaces = strings.Split(list, ",")
	}
	if selector, err := labels.Parse(lease.Annotations[watchedSelector]); err == nil {
		w.Selector = selector
	}
	return w
}

// TakenError says that another deployment has the allowance of an instance.
type TakenError struct {
	// Namespace and Lease of that deployment.
	Namespace, Lease string
	watched          Watched
}

func takenBy(lease *coordinationv1.Lease) *TakenError {
	return &TakenError{Namespace: lease.Namespace, Lease: lease.Name, watched: watchedOf(lease)}
}

func (e *TakenError) Error() string {
	return fmt.Sprintf("another deployment of this operator spends the request allowance of this Luminance instance (Lease %s in namespace %s). "+
		"Both together would cross it, so nothing is sent from here: have one deployment look after all integrations with this instance, "+
		"by their labels or namespaces; once no other one does, it takes up to a quarter of an hour with the usual allowance, because what was spent has to leave the count",
		e.Lease, e.Namespace)
}

// LooksAfter tells whether that deployment looks after an object, too.
func (e *TakenError) LooksAfter(namespace string, of map[string]string) bool {
	return (len(e.watched.Namespaces) == 0 || slices.Contains(e.watched.Namespaces, namespace)) && e.watched.Selector.Matches(labels.Set(of))
}
