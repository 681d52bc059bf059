// Package secretwatch tells at once when a Secret changes that somebody has labelled for it. It asks the API server for
// the metadata of those that have the label, and never for what is in them: whoever is told reads the Secret by its name.
//
// A right to list Secrets can't be narrowed down to a label or to metadata, so it is for those who choose it
// (--watch-labelled-secrets). Everybody else's Secrets are looked at once a minute.
package secretwatch

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// Label is what a Secret that is to be watched has, with the value "true".
const Label = "dataroom.dev/watch"

// +kubebuilder:rbac:groups="",resources=secrets,verbs=list;watch

// Cached is what a cache keeps of Secrets: those with the label, whatever selects the operator's own objects.
func Cached() map[client.Object]cache.ByObject {
	return map[client.Object]cache.ByObject{
		&corev1.Secret{}: {Label: labels.SelectorFromSet(labels.Set{Label: "true"}), Transform: bare},
	}
}

// bare drops what no event is made of. `kubectl apply` leaves a copy of the data among the annotations.
func bare(object any) (any, error) {
	if m, ok := object.(metav1.Object); ok {
		m.SetAnnotations(nil)
		m.SetManagedFields(nil)
	}
	return object, nil
}

// Allowed fails where the operator may not watch Secrets: in any of the namespaces, or, for none, in the cluster. A watch
// that is refused would have all integrations wait for it.
func Allowed(ctx context.Context, reader client.Reader, namespaces []string) error {
	if len(namespaces) == 0 {
		namespaces = []string{metav1.NamespaceAll}
	}
	for _, namespace := range namespaces {
		secrets := &metav1.PartialObjectMetadataList{}
		secrets.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("SecretList"))
		err := reader.List(ctx, secrets, client.InNamespace(namespace), client.MatchingLabels{Label: "true"}, client.Limit(1))
		if apierrors.IsForbidden(err) {
			return fmt.Errorf("--watch-labelled-secrets: %w; grant list and watch of Secrets (Helm: watch.labelledSecrets=true, "+
				"kustomize: config/components/watch-labelled-secrets), or leave the flag out: Secrets are looked at once a minute anyway", err)
		}
	}
	return nil
}

// Naming gives the integrations that name a Secret.
func Naming(reader client.Reader) handler.MapFunc {
	return func(ctx context.Context, secret client.Object) []reconcile.Request {
		var all v1alpha1.IntralinksIntegrationList
		if err := reader.List(ctx, &all, client.InNamespace(secret.GetNamespace())); err != nil {
			ctrl.LoggerFrom(ctx).Error(err, "list the integrations that name a Secret")
			return nil // they look at it within a minute
		}
		var requests []reconcile.Request
		for i := range all.Items {
			spec := &all.Items[i].Spec
			if spec.Intralinks.CredentialsSecretRef.Name == secret.GetName() || spec.Luminance.CredentialsSecretRef.Name == secret.GetName() {
				requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(&all.Items[i])})
			}
		}
		return requests
	}
}
