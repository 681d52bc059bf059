package apiclient

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

const (
	// podSelector finds the operator's pods, however it was installed.
	podSelector = "app.kubernetes.io/name=intralinks-operator"
	// DefaultNamespace is where the operator is installed if nobody says otherwise.
	DefaultNamespace = "intralinks-operator-system"
	// apiPort is the name of the container's port; usualPort its number where the pod names none.
	apiPort, usualPort = "api", 8083
)

// NoOperatorError says that no pod of the operator was found.
type NoOperatorError struct {
	// Namespace that was looked in.
	Namespace string
}

func (e *NoOperatorError) Error() string {
	return fmt.Sprintf("no running pod of the operator was found in namespace %s", e.Namespace)
}

// podsOf finds the operator's running pods, the ready ones first. It looks in one namespace and no other: whoever may make a
// pod anywhere can give it the operator's label, and would be handed the tokens of all who ask.
func podsOf(ctx context.Context, config *rest.Config, namespace string) ([]corev1.Pod, error) {
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	list, err := clients.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: podSelector})
	if err != nil {
		return nil, fmt.Errorf("look for the operator's pods: %w", err)
	}
	pods := slices.DeleteFunc(list.Items, func(p corev1.Pod) bool { return p.Status.Phase != corev1.PodRunning || p.DeletionTimestamp != nil })
	if len(pods) == 0 {
		return nil, &NoOperatorError{Namespace: namespace}
	}
	slices.SortStableFunc(pods, func(a, b corev1.Pod) int { return cmp.Compare(unready(a), unready(b)) })
	return pods, nil
}

func unready(p corev1.Pod) int {
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue {
			return 0
		}
	}
	return 1
}

// portOf is where a pod serves the API.
func portOf(p *corev1.Pod) int {
	for _, container := range p.Spec.Containers {
		for _, port := range container.Ports {
			if port.Name == apiPort {
				return int(port.ContainerPort)
			}
		}
	}
	return usualPort
}

// errNoPods is for a list that has come to its end.
var errNoPods = errors.New("no replica of the operator leads just now")
