-- Any value that the operator hasn't handled yet is a request.
local os = require("os")
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["reconcile.dataroom.dev/requestedAt"] = os.date("!%Y-%m-%dT%XZ")
return obj
