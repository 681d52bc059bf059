package controllers_test

import (
	"context"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/secretwatch"
)

// TestALabelledSecretIsNoticedAtOnce where nobody looks for an hour: its content, that it goes, and that it comes.
func TestALabelledSecretIsNoticedAtOnce(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.secretPoll, s.watchSecrets = time.Hour, true })
	w.createSecrets()
	for _, name := range []string{"intralinks-api", "luminance-service-user"} {
		w.label(name)
	}
	w.createIntegration()
	w.connects("True", v1alpha1.ConnectedReason)

	w.updateSecret("intralinks-api", "apiKey", apiKey, "apiSecret", "hush-wrong-e4da3b7f")
	w.connects("False", v1alpha1.InvalidCredentialsReason)
	w.updateSecret("intralinks-api", "apiKey", apiKey, "apiSecret", apiSecret)
	w.connects("True", v1alpha1.ConnectedReason)

	w.must(w.client.Delete(context.Background(), secretOf(w, "luminance-service-user")))
	w.connects("False", v1alpha1.SecretNotFoundReason)
	w.createSecret("luminance-service-user", "clientID", clientID, "clientSecret", clientSecret)
	w.label("luminance-service-user")
	w.connects("True", v1alpha1.ConnectedReason)
}

// label has a Secret watched.
func (w *world) label(name string) {
	w.t.Helper()
	secret := secretOf(w, name)
	w.must(w.client.Get(context.Background(), w.key(name), secret))
	metav1.SetMetaDataLabel(&secret.ObjectMeta, secretwatch.Label, "true")
	w.must(w.client.Update(context.Background(), secret))
}
