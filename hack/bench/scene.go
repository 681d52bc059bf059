package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// longest is how long a scene waits for anything.
const longest = 15 * time.Minute

// scene is what one figure is measured in: services, an operator, and the objects of a namespace.
type scene struct {
	*rig
	name, namespace string
	at              address
	folder          string
	processes       []*process
	operator        *operator
}

// begin starts the services with a room, and an operator that is connected to them.
func (s *scene) begin(ctx context.Context, spec roomSpec) error {
	if err := s.serve(ctx, spec); err != nil {
		return err
	}
	if err := s.operate(ctx); err != nil {
		return err
	}
	return s.connect(ctx, spec)
}

// serve starts the services.
func (s *scene) serve(ctx context.Context, spec roomSpec) (err error) {
	if s.folder == "" {
		if s.folder, err = s.tempFolder(s.name); err != nil {
			return err
		}
	}
	text, err := json.Marshal(spec)
	if err != nil {
		return err
	}
	read, write := io.Pipe()
	p, err := s.start(s.folder+"/services.log", s.self, write, nil, servicesCommand, string(text))
	if err != nil {
		return err
	}
	s.processes = append(s.processes, p)
	said := make(chan error, 1)
	go func() {
		said <- json.NewDecoder(read).Decode(&s.at)
		_, _ = io.Copy(io.Discard, read) // nobody is to wait for a reader
	}()
	select {
	case err := <-said:
		return err
	case <-p.ended:
		return fmt.Errorf("the services ended before they served: %s", p.end())
	case <-ctx.Done():
		return ctx.Err()
	}
}

// connect makes the namespace, and the integration, and waits until that one is ready.
func (s *scene) connect(ctx context.Context, spec roomSpec) error {
	budget := v1alpha1.RequestBudget{Requests: 1000000, Per: &metav1.Duration{Duration: time.Second}, Reserve: new(int32(0))}
	if spec.Budget > 0 {
		budget = v1alpha1.RequestBudget{Requests: int32(spec.Budget), Per: &metav1.Duration{Duration: spec.Per}, Reserve: new(int32(20))}
	}
	objects := []client.Object{
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: s.namespace}},
		s.secret("intralinks-api", map[string]string{"apiKey": intralinks.DefaultAPIKey, "apiSecret": intralinks.DefaultAPISecret}),
		s.secret("luminance-service-user", map[string]string{"clientID": luminance.DefaultClientID, "clientSecret": luminance.DefaultClientSecret}),
		&v1alpha1.IntralinksIntegration{ObjectMeta: s.meta(integrationName), Spec: v1alpha1.IntralinksIntegrationSpec{
			Intralinks: v1alpha1.IntralinksConnection{
				Grant: v1alpha1.ClientCredentialsGrant, CredentialsSecretRef: v1alpha1.SecretReference{Name: "intralinks-api"},
				BaseURL: s.at.Intralinks, AuthURL: s.at.Intralinks,
			},
			Luminance: v1alpha1.LuminanceConnection{
				BaseURL: s.at.Luminance, CredentialsSecretRef: v1alpha1.SecretReference{Name: "luminance-service-user"}, RequestBudget: budget,
			},
		}},
	}
	for _, object := range objects {
		if err := s.client.Create(ctx, object); err != nil {
			return err
		}
	}
	return await(ctx, s, &v1alpha1.IntralinksIntegrationList{}, integrationName, func(i *v1alpha1.IntralinksIntegration) (bool, error) {
		return meta.IsStatusConditionTrue(i.Status.Conditions, v1alpha1.ReadyCondition), nil
	})
}

const integrationName = "services"

func (s *scene) meta(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: s.namespace, Name: name}
}

func (s *scene) secret(name string, values map[string]string) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: s.meta(name), StringData: values}
}

// folderSync is a sync of an exchange, counted from 0, to a folder of the Division that has its name.
func (s *scene) folderSync(name string, exchange int) *v1alpha1.FolderSync {
	return &v1alpha1.FolderSync{ObjectMeta: s.meta(name), Spec: v1alpha1.FolderSyncSpec{
		IntegrationRef: v1alpha1.IntegrationReference{Name: integrationName},
		Source:         v1alpha1.Source{Exchange: v1alpha1.ExchangeReference{ID: new(exchangeID(exchange))}, Folder: "/"},
		Destination:    v1alpha1.Destination{Division: v1alpha1.DivisionReference{Name: "Corporate"}, Folder: "/" + name},
		Interval:       &metav1.Duration{Duration: 12 * time.Hour},
	}}
}

// sync creates a FolderSync and waits until its first run is through. It gives the time from the one to the other.
func (s *scene) sync(ctx context.Context, sync *v1alpha1.FolderSync) (time.Duration, error) {
	began := time.Now()
	if err := s.client.Create(ctx, sync); err != nil {
		return 0, err
	}
	err := s.through(ctx, sync, "")
	return time.Since(began), err
}

// through waits until a run has ended that came after another one; "": any. The object is as it was then.
func (s *scene) through(ctx context.Context, sync *v1alpha1.FolderSync, after string) error {
	return await(ctx, s, &v1alpha1.FolderSyncList{}, sync.Name, func(seen *v1alpha1.FolderSync) (bool, error) {
		last := seen.Status.LastSync
		if last == nil || last.CompletionTime == nil || last.RunID == after {
			return false, nil
		}
		seen.DeepCopyInto(sync)
		if seen.Status.FailedRuns > 0 || seen.Status.ProblemCount > 0 {
			return true, fmt.Errorf("the run of %s has failed: %s", seen.Name, last.Message)
		}
		return true, nil
	})
}

// await waits for a condition of one object, as a watch shows it.
func await[T any, O interface {
	*T
	client.Object
}](ctx context.Context, s *scene, list client.ObjectList, name string, holds func(O) (bool, error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, longest, fmt.Errorf("nothing came of %s within %s", name, longest))
	defer cancel()
	for {
		watch, err := s.client.Watch(ctx, list, client.InNamespace(s.namespace), client.MatchingFields{"metadata.name": name})
		if err != nil {
			return errors.Join(err, context.Cause(ctx))
		}
		for event := range watch.ResultChan() {
			if object, ok := event.Object.(O); ok {
				if done, err := holds(object); done || err != nil {
					watch.Stop()
					return err
				}
			}
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}

// end stops all that was started.
func (s *scene) end(ctx context.Context) error {
	failures := []error{
		s.client.DeleteAllOf(ctx, &v1alpha1.FolderSync{}, client.InNamespace(s.namespace)),
	}
	if s.operator != nil {
		failures = append(failures, s.operator.stop())
	}
	for _, p := range s.processes {
		failures = append(failures, p.stop())
	}
	// Its operator is gone, so nobody would take the finalizer off.
	var integrations v1alpha1.IntralinksIntegrationList
	failures = append(failures, s.client.List(ctx, &integrations, client.InNamespace(s.namespace)))
	for i := range integrations.Items {
		integrations.Items[i].Finalizers = nil
		failures = append(failures, s.client.Update(ctx, &integrations.Items[i]), client.IgnoreNotFound(s.client.Delete(ctx, &integrations.Items[i])))
	}
	return errors.Join(failures...)
}

// complaints is the end of what the processes printed.
func (s *scene) complaints() string {
	text := ""
	if s.operator != nil {
		text += "\nthe operator: " + s.operator.end()
	}
	for _, p := range s.processes {
		text += "\nthe services: " + p.end()
	}
	return text
}

// requests gives what a service was asked since it last was forgotten, and forgets it where that is wanted.
func (s *scene) requests(ctx context.Context, service string, forget bool) ([]control.Entry, error) {
	var entries []control.Entry
	err := s.admin(ctx, http.MethodGet, service+"/_sim/requests", nil, &entries)
	if err == nil && forget {
		err = s.admin(ctx, http.MethodDelete, service+"/_sim/requests", nil, nil)
	}
	return entries, err
}

// admin speaks to the admin API of a service.
func (s *scene) admin(ctx context.Context, method, url string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(text))
	if err != nil {
		return err
	}
	response, err := plainClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("%s %s: %s", method, url, response.Status)
	}
	if answer == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(answer)
}

// plainClient is for everything that is not measured.
var plainClient = &http.Client{Timeout: 10 * time.Minute}
