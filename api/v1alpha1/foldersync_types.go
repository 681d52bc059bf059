package v1alpha1

import (
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ExchangeReference names an exchange by exactly one of its id and its name.
// +kubebuilder:validation:XValidation:rule="has(self.id) != has(self.name)",message="set exactly one of id and name, such as exchange: {name: Project Heron} or exchange: {id: 7100015}"
type ExchangeReference struct {
	// id of the exchange. It never changes, so it is the safer choice.
	// +optional
	// +kubebuilder:validation:XValidation:rule="self > 0",message="id must be a positive number: copy it from status.exchanges of the integration"
	ID *int64 `json:"id,omitempty"`

	// name of the exchange, letter by letter. It must match exactly one that the account can see.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Name string `json:"name,omitempty"`
}

// DivisionReference names a Division by exactly one of its id, its name and its moniker.
// +kubebuilder:validation:XValidation:rule="(has(self.id) ? 1 : 0) + (has(self.name) ? 1 : 0) + (has(self.moniker) ? 1 : 0) == 1",message="set exactly one of id, name and moniker, such as division: {name: Corporate}"
type DivisionReference struct {
	// id of the Division (a project in Luminance's API).
	// +optional
	// +kubebuilder:validation:XValidation:rule="self > 0",message="id must be a positive number: it is the number in the Division's address in Luminance"
	ID *int64 `json:"id,omitempty"`

	// name of the Division, letter by letter. It must match exactly one that the service user can see.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Name string `json:"name,omitempty"`

	// moniker of the Division.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	Moniker string `json:"moniker,omitempty"`
}

// Splash says how to treat the splash screen of the exchange.
type Splash struct {
	// accept the exchange's splash screen, often an NDA, in the name of the account. Default false: an
	// exchange that shows one is not entered, and the sync says SplashNotAccepted.
	// +optional
	// +kubebuilder:default=false
	Accept bool `json:"accept,omitempty"`

	// acceptedTextHash is the SHA-256, in hex, of the one splash text that may be accepted. The message of
	// SplashNotAccepted tells that of the text which the exchange shows. Default: the text that is accepted first,
	// see status.splash. If the exchange shows another text later, the sync stops with SplashNotAccepted until
	// this field agrees, or accept was false and is true again.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[0-9a-f]{64}$')",message="acceptedTextHash must be a SHA-256 in 64 small hexadecimal digits: copy it from the message of SplashNotAccepted or from status.splash.textHash"
	AcceptedTextHash string `json:"acceptedTextHash,omitempty"`
}

// Source is what documents are read.
type Source struct {
	// exchange to read from. It can't be changed: another exchange is another FolderSync.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="exchange can't be changed, because the record of what has arrived belongs to it: create a new FolderSync for the other exchange"
	Exchange ExchangeReference `json:"exchange"`

	// folder to read, with all of its sub-folders; "/" is the whole exchange.
	// +required
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:XValidation:rule="self.startsWith('/')",message="folder must begin with /, such as /Contracts; / is the whole exchange"
	// +kubebuilder:validation:XValidation:rule="self == '/' || (!self.contains('//') && !self.endsWith('/'))",message="folder must have no empty part: write /Contracts/2024, with single slashes and none at the end"
	// +kubebuilder:validation:XValidation:rule="!self.split('/').exists(part, part == '..' || part == '.')",message="folder must hold no . or .. part: write the whole path from the root, such as /Contracts/2024"
	// +kubebuilder:validation:XValidation:rule="!self.matches('[\\\\\\\\:*\"<>?|\\\\x00-\\\\x1f\\\\x7f]')",message="folder must hold none of \\ : * \" < > ? | and no control characters: Intralinks has no such folder names; write the path as Intralinks shows it"
	Folder string `json:"folder"`

	// include lets only documents through whose path below `folder` matches one of these globs, such as
	// **/*.pdf. ** stands for any number of folders. Upper and lower case are not told apart. Default: all.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="self.all(pattern, !pattern.startsWith('/'))",message="include patterns are paths below folder: write **/*.pdf or Signed/**, without a slash at the beginning"
	Include []string `json:"include,omitempty"`

	// exclude leaves out documents whose path below `folder` matches one of these globs, also those that
	// include lets through.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=100
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="self.all(pattern, !pattern.startsWith('/'))",message="exclude patterns are paths below folder: write Drafts/**, without a slash at the beginning"
	Exclude []string `json:"exclude,omitempty"`

	// maxFileSize leaves out larger documents, such as 1Gi. Default: no limit.
	// +optional
	MaxFileSize *resource.Quantity `json:"maxFileSize,omitempty"`

	// splash says how to treat the splash screen of the exchange.
	// +optional
	// +kubebuilder:default={}
	Splash Splash `json:"splash,omitempty"`
}

// Destination is where documents arrive.
type Destination struct {
	// division of Luminance that receives the documents.
	// +required
	Division DivisionReference `json:"division"`

	// folder of the Division that receives the documents; created where missing, sub-folders too. No other
	// FolderSync may feed it.
	// +required
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:XValidation:rule="self.startsWith('/')",message="folder must begin with /, such as /Project Heron/Contracts"
	// +kubebuilder:validation:XValidation:rule="self == '/' || (!self.contains('//') && !self.endsWith('/'))",message="folder must have no empty part: write /Project Heron/Contracts, with single slashes and none at the end"
	// +kubebuilder:validation:XValidation:rule="!self.split('/').exists(part, part == '..' || part == '.')",message="folder must hold no . or .. part: write the whole path from the Division's root, such as /Project Heron/Contracts"
	// +kubebuilder:validation:XValidation:rule="!self.matches('[\\\\\\\\:*\"<>?|\\\\x00-\\\\x1f\\\\x7f]')",message="folder must hold none of \\ : * \" < > ? | and no control characters: write another name, such as /Project Heron/Contracts"
	Folder string `json:"folder"`

	// taskIDs are Luminance tasks that each uploaded document joins (apiVersion v1.5; costs no request).
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:XValidation:rule="self.all(id, id > 0)",message="taskIDs must be positive numbers, such as [12]"
	TaskIDs []int64 `json:"taskIDs,omitempty"`
}

// NewVersionsPolicy says what happens when a document gets a new version.
// +kubebuilder:validation:Enum=Upload;Ignore
type NewVersionsPolicy string

// New version policies.
const (
	// UploadNewVersions replaces the document in Luminance, which keeps the older version.
	UploadNewVersions NewVersionsPolicy = "Upload"
	// IgnoreNewVersions leaves the first version that arrived.
	IgnoreNewVersions NewVersionsPolicy = "Ignore"
)

// ProtectedDocumentsPolicy says what happens to protected documents.
// +kubebuilder:validation:Enum=Skip;Upload
type ProtectedDocumentsPolicy string

// Protected document policies.
const (
	// SkipProtected lists protected documents with their reason and leaves them.
	SkipProtected ProtectedDocumentsPolicy = "Skip"
	// UploadProtected carries the encrypted file as Intralinks hands it out.
	UploadProtected ProtectedDocumentsPolicy = "Upload"
)

// WatermarkedDocumentsPolicy says what happens to documents that arrive stamped.
// +kubebuilder:validation:Enum=Skip;Upload
type WatermarkedDocumentsPolicy string

// Watermarked document policies.
const (
	// SkipWatermarked carries nothing that differs from what Intralinks lists.
	SkipWatermarked WatermarkedDocumentsPolicy = "Skip"
	// UploadWatermarked carries stamped copies of PDF and Office documents.
	UploadWatermarked WatermarkedDocumentsPolicy = "Upload"
)

// RenamedDocumentsPolicy says what happens to documents that are renamed or moved within the source folder.
// +kubebuilder:validation:Enum=Keep;UploadCopy
type RenamedDocumentsPolicy string

// Renamed document policies.
const (
	// KeepRenamed leaves the document where it stands, under the name that it has there.
	KeepRenamed RenamedDocumentsPolicy = "Keep"
	// UploadCopyOfRenamed carries it once more, under its new name and to its new place; the first copy stays.
	UploadCopyOfRenamed RenamedDocumentsPolicy = "UploadCopy"
)

// FolderSyncSpec says what goes where, and when.
type FolderSyncSpec struct {
	// integrationRef names the IntralinksIntegration that holds the connections.
	// +required
	IntegrationRef IntegrationReference `json:"integrationRef"`

	// source is what documents are read.
	// +required
	Source Source `json:"source"`

	// destination is where they arrive. It can't be changed: another destination is another FolderSync.
	// +required
	// +kubebuilder:validation:XValidation:rule="self.division == oldSelf.division && self.folder == oldSelf.folder",message="destination can't be changed, because the record of what has arrived belongs to it: create a new FolderSync for the other destination"
	Destination Destination `json:"destination"`

	// interval from the end of a run to the next, give or take half of it (half an hour at most): syncs of one exchange are
	// polled together, and others at other times. At least 1m.
	// +optional
	// +kubebuilder:default="15m"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^([0-9]+([.][0-9]+)?(ms|s|m|h))+$') && duration(self) >= duration('1m')",message="interval must be a duration of at least 1m, such as 15m or 1h30m"
	Interval *metav1.Duration `json:"interval,omitempty"`

	// suspend stops a run at once and starts none until it is false again.
	// +optional
	// +kubebuilder:default=false
	Suspend bool `json:"suspend,omitempty"`

	// dryRun plans and reports in status.plan, and writes nothing to Luminance.
	// +optional
	// +kubebuilder:default=false
	DryRun bool `json:"dryRun,omitempty"`

	// newVersions says what happens when a document gets a new version: Upload (default) replaces it in
	// Luminance, which keeps the older version; Ignore leaves the version that arrived first.
	// +optional
	// +kubebuilder:default=Upload
	NewVersions NewVersionsPolicy `json:"newVersions,omitempty"`

	// protectedDocuments says what happens to documents under rights management: Skip (default) lists them
	// with their reason; Upload carries the file as Intralinks hands it out, which Luminance can't read.
	// +optional
	// +kubebuilder:default=Skip
	ProtectedDocuments ProtectedDocumentsPolicy `json:"protectedDocuments,omitempty"`

	// watermarkedDocuments says what happens to documents that Intralinks hands out with a watermark stamped into
	// them, so that neither their size nor their SHA-1 is what it lists: Skip (default) takes them for broken and
	// reports HashMismatch; Upload carries PDF and Office files that differ in size and are complete, which is all
	// that can be checked then.
	// +optional
	WatermarkedDocuments WatermarkedDocumentsPolicy `json:"watermarkedDocuments,omitempty"`

	// renamedDocuments says what happens to documents that are renamed or moved within the source folder after they
	// were carried: Keep (default) leaves them where they stand and counts them in status.documents.moved;
	// UploadCopy carries each once more, under its new name and to its new place, at the cost of one request, and
	// leaves the first copy, counted as retained.
	// +optional
	RenamedDocuments RenamedDocumentsPolicy `json:"renamedDocuments,omitempty"`
}

// DocumentCounts counts the documents of the source folder.
type DocumentCounts struct {
	// listed in the source folder at the last listing.
	Listed int64 `json:"listed"`
	// synced: stand in Luminance in their newest version.
	Synced int64 `json:"synced"`
	// pending: still to be carried.
	Pending int64 `json:"pending"`
	// failed: could not be carried, which is tried again, or could not be analysed by Luminance.
	Failed int64 `json:"failed"`
	// skipped: left out for a reason, such as Protected, Placeholder, TooLarge or Excluded.
	Skipped int64 `json:"skipped"`
	// retained: stand in Luminance and are gone from the source folder, or stand there as an older copy of a document
	// that was carried again under another name.
	Retained int64 `json:"retained"`
	// moved: of those that stand, the documents that the source has under another name or in another folder by now.
	Moved int64 `json:"moved"`
}

// Progress of a run.
type Progress struct {
	// done is the number of documents that this run has dealt with.
	Done int64 `json:"done"`
	// total is the number of documents that this run has to carry.
	Total int64 `json:"total"`
	// bytesDone of bytesTotal were carried.
	BytesDone int64 `json:"bytesDone"`
	// bytesTotal is the size of what this run has to carry.
	BytesTotal int64 `json:"bytesTotal"`
	// estimatedCompletionTime follows from the documents left and the request budget.
	// +optional
	EstimatedCompletionTime *metav1.Time `json:"estimatedCompletionTime,omitempty"`
}

// SyncSummary is what a run did.
type SyncSummary struct {
	// runID joins the run's lines in the operator's log.
	RunID string `json:"runID"`
	// startTime of the run.
	StartTime metav1.Time `json:"startTime"`
	// completionTime of the run.
	// +optional
	CompletionTime *metav1.Time `json:"completionTime,omitempty"`
	// uploaded is the number of new documents that were carried.
	Uploaded int64 `json:"uploaded"`
	// newVersions is the number of new versions that were carried.
	NewVersions int64 `json:"newVersions"`
	// adopted is the number of documents that were found standing in Luminance and had been carried before the
	// ledger was lost.
	// +optional
	Adopted int64 `json:"adopted,omitempty"`
	// bytes that were carried.
	Bytes int64 `json:"bytes"`
	// requests that the run sent to Luminance.
	Requests int64 `json:"requests"`
	// message sums the run up, or says why it ended early.
	// +optional
	Message string `json:"message,omitempty"`
}

// Problem is a document that did not cross.
type Problem struct {
	// documentID that Intralinks gave.
	DocumentID int64 `json:"documentID"`
	// name is the document's path below the source folder.
	Name string `json:"name"`
	// reason, such as Protected or NameConflict.
	Reason ProblemReason `json:"reason"`
	// message says what to do.
	// +optional
	Message string `json:"message,omitempty"`
}

// ProblemCount is how many documents did not cross for one reason.
type ProblemCount struct {
	// reason, such as Protected or NameConflict.
	Reason ProblemReason `json:"reason"`
	// count of the documents.
	Count int64 `json:"count"`
}

// PlannedAction is one thing that a run would do.
type PlannedAction struct {
	// action is CreateFolder, Upload or NewVersion.
	// +kubebuilder:validation:Enum=CreateFolder;Upload;NewVersion
	Action string `json:"action"`
	// documentID that Intralinks gave; absent for folders.
	// +optional
	DocumentID int64 `json:"documentID,omitempty"`
	// target is the path in the Division.
	Target string `json:"target"`
	// bytes to carry.
	// +optional
	Bytes int64 `json:"bytes,omitempty"`
}

// PlanSummary is what a run would do.
type PlanSummary struct {
	// time of the plan.
	Time metav1.Time `json:"time"`
	// createFolders is the number of folders to create.
	CreateFolders int64 `json:"createFolders"`
	// upload is the number of new documents to carry.
	Upload int64 `json:"upload"`
	// newVersions is the number of new versions to carry.
	NewVersions int64 `json:"newVersions"`
	// bytes to carry.
	Bytes int64 `json:"bytes"`
	// requests that the run would send to Luminance, about.
	Requests int64 `json:"requests"`
	// actions are the first of what a run would do, in its order.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=20
	Actions []PlannedAction `json:"actions,omitempty"`
}

// AcceptedSplash is a splash screen that was accepted in the name of the account.
type AcceptedSplash struct {
	// textHash is the SHA-256, in hex, of its text as the exchange served it, which is HTML.
	TextHash string `json:"textHash"`
	// acceptedAt is when this text was accepted first.
	AcceptedAt metav1.Time `json:"acceptedAt"`
}

// FolderSyncStatus is the state of the sync.
type FolderSyncStatus struct {
	// observedGeneration is the generation of the spec that the status speaks of; -1 before the first look.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// lastHandledReconcileAt is the last value of the annotation reconcile.dataroom.dev/requestedAt that was handled.
	// +optional
	LastHandledReconcileAt string `json:"lastHandledReconcileAt,omitempty"`

	// conditions: Ready (the summary), InSync; Reconciling and Stalled while they hold.
	// +optional
	// +listType=map
	// +listMapKey=type
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// exchange that spec.source.exchange turned out to be.
	// +optional
	Exchange *ResolvedReference `json:"exchange,omitempty"`

	// division that spec.destination.division turned out to be.
	// +optional
	Division *ResolvedReference `json:"division,omitempty"`

	// splash is the splash screen of the exchange that was accepted; absent where there was none. It goes when
	// spec.source.splash.accept turns false.
	// +optional
	Splash *AcceptedSplash `json:"splash,omitempty"`

	// documents of the source folder, counted.
	// +optional
	Documents *DocumentCounts `json:"documents,omitempty"`

	// bytes of the documents that stand in Luminance.
	// +optional
	Bytes int64 `json:"bytes,omitempty"`

	// progress while a run is on.
	// +optional
	Progress *Progress `json:"progress,omitempty"`

	// lastSync is the last run that ended.
	// +optional
	LastSync *SyncSummary `json:"lastSync,omitempty"`

	// lastSuccessTime is when a run last went through.
	// +optional
	LastSuccessTime *metav1.Time `json:"lastSuccessTime,omitempty"`

	// nextSyncTime is when the next run is due.
	// +optional
	NextSyncTime *metav1.Time `json:"nextSyncTime,omitempty"`

	// failedRuns is the number of runs in a row that ended early.
	// +optional
	FailedRuns int32 `json:"failedRuns,omitempty"`

	// syncedGeneration is the generation of the spec that the last run worked on.
	// +optional
	SyncedGeneration int64 `json:"syncedGeneration,omitempty"`

	// credentialsRevision tells which integration, with which spec and which Secrets, the last run worked with.
	// +optional
	CredentialsRevision string `json:"credentialsRevision,omitempty"`

	// problemCount is the number of documents that did not cross, but for those that include and exclude leave out.
	// +optional
	ProblemCount int64 `json:"problemCount,omitempty"`

	// problemReasons counts all of them by their reason.
	// +optional
	// +listType=map
	// +listMapKey=reason
	// +kubebuilder:validation:MaxItems=20
	ProblemReasons []ProblemCount `json:"problemReasons,omitempty"`

	// problems are the first documents that did not cross, with what to do; at most 20.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=20
	Problems []Problem `json:"problems,omitempty"`

	// plan is what a run would do, after a dry run.
	// +optional
	Plan *PlanSummary `json:"plan,omitempty"`
}

// FolderSync carries the documents of a folder of an Intralinks exchange, with its sub-folders, into a
// folder of a Luminance Division, and keeps doing so. It goes one way and never deletes.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=fsync,categories=dataroom
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Exchange",type=string,JSONPath=`.status.exchange.name`
// +kubebuilder:printcolumn:name="Folder",type=string,JSONPath=`.spec.source.folder`
// +kubebuilder:printcolumn:name="Synced",type=integer,JSONPath=`.status.documents.synced`
// +kubebuilder:printcolumn:name="Pending",type=integer,JSONPath=`.status.documents.pending`
// +kubebuilder:printcolumn:name="Problems",type=integer,JSONPath=`.status.problemCount`
// +kubebuilder:printcolumn:name="Last Sync",type=date,JSONPath=`.status.lastSync.completionTime`
// +kubebuilder:printcolumn:name="ETA",type=string,JSONPath=`.status.progress.estimatedCompletionTime`
// +kubebuilder:printcolumn:name="Division",type=string,JSONPath=`.status.division.name`,priority=1
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
type FolderSync struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec says what goes where, and when.
	// +required
	Spec FolderSyncSpec `json:"spec"`
	// status is the state of the sync.
	// +optional
	// +kubebuilder:default:={"observedGeneration":-1}
	Status FolderSyncStatus `json:"status,omitempty"`
}

// FolderSyncList is a list of FolderSyncs.
//
// +kubebuilder:object:root=true
type FolderSyncList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []FolderSync `json:"items"`
}

// StatusConditions gives the conditions to change in place.
func (f *FolderSync) StatusConditions() *[]metav1.Condition { return &f.Status.Conditions }
